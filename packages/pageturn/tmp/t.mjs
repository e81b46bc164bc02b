import { Anthropic, AsyncAnthropic } from "pageturn";
import { startMockServer } from "pageturn/testing";

const s = await startMockServer({ items: 50 });
const o = { baseURL: s.url, apiKey: s.apiKey };
const t = async (n, f) => {
  try {
    console.log(n, await f());
  } catch (e) {
    console.log(n, "FAILED", e);
  }
};
await t("async", async () => (await new AsyncAnthropic(o).models.list().toArray()).length);
await t("sync", () => new Anthropic(o).models.list().toArray().length);
await t("close", () => s.close());
