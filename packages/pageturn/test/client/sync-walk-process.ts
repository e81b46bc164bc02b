import { Anthropic } from "../../src/anthropic/anthropic.ts";

const [baseURL = "", apiKey = ""] = process.argv.slice(2);
let count = 0;
for (const _ of new Anthropic({ baseURL, apiKey }).models.list()) count += 1;
console.log(`${count} items`);
