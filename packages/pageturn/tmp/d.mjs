import { Anthropic, AsyncAnthropic } from "pageturn";

const o = { baseURL: process.argv[2] ?? Deno.args[0], apiKey: "key", maxRetries: 0 };
const t = async (n, f) => {
  try {
    console.log(n, await f());
  } catch (e) {
    console.log(n, "FAILED", e);
  }
};
await t("async", async () => (await new AsyncAnthropic(o).models.list().toArray()).length);
await t("sync", () => new Anthropic(o).models.list().toArray().length);
await t("nokey", () => new Anthropic({ baseURL: o.baseURL }).models.list().toArray().length);
