import { AsyncAnthropic } from "pageturn";
import { expect, test } from "vitest";

test("a header of a response is read by any spelling of its name, without the key that a server may repeat in it", async () => {
  const client = new AsyncAnthropic({
    apiKey: "sk-ant-secret-key",
    fetch: async () =>
      Response.json(
        { data: [], has_more: false },
        { headers: { "X-Plan": "team", "X-Echo": "key sk-ant-secret-key" } },
      ),
  });
  const { response } = await client.models.list();
  expect(["x-plan", "X-PLAN", "x-none", "constructor"].map((name) => response.header?.(name))).toEqual([
    "team",
    "team",
    null,
    null,
  ]);
  expect(response.header?.("x-echo")).not.toContain("secret");
});
