import { checkLaws } from "../pagination/lists/strategy-laws.ts";
import { presetServers } from "./preset-servers.ts";
import { asStrategyAPI } from "./ready-api.ts";
import { strategyServers } from "./strategy-servers.ts";

for (const [name, api] of Object.entries({ ...strategyServers, ...presetServers }))
  checkLaws(name, asStrategyAPI(api));
