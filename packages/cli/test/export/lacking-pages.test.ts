import { describe, expect, it } from "vitest";
import { exportFolder } from "./export-folder.ts";

const LACKING = { complete: false, reason: "error", incompleteBecause: "noItems" };
const NO_ITEMS =
  "The list of /v1/models is incomplete: a response has no field `data` for items. 20 items of it are in";

describe("an export of a list of which a page came without items", () => {
  it.each(["jsonl", "jsonl.gz", "csv", "parquet", "sqlite"])(
    "ends in front of that page, and --resume asks for it again: %s",
    async (format) => {
      const { run, server, json } = await exportFolder({ items: { models: 95 } });
      await server.setScript([{ fault: "dropFields", names: ["data"], page: 2, times: 2 }]);
      const args = ["export", "models", "--page-size", "20", "-o", `m.${format}`];
      for (const more of [[], ["--resume"]]) {
        const { code, stderr } = await run([...args, ...more]);
        expect(stderr).toContain(NO_ITEMS);
        expect(stderr).toMatch(
          /\nAsk for the rest with --resume, or export the list again with --overwrite\.\n$/,
        );
        expect(code).toBe(3);
        const lastRequestId = (await server.requests()).at(-1)?.requestId;
        expect(json(`m.${format}.manifest.json`)).toMatchObject({
          rows: 20,
          lastRequestId,
          outcome: LACKING,
        });
      }
      // The file is what its manifest says.
      const { code, stderr } = await run(["verify", `m.${format}`]);
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("The list was not complete: a response has no field for items"),
      });
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 95, outcome: { complete: true } });
      expect(await run(["verify", `m.${format}`])).toMatchObject({ code: 0 });
    },
  );

  it("in slices, too", async () => {
    const { run, server, json, text } = await exportFolder({ items: { "beta.sessions": 90 } });
    await server.setScript([{ fault: "dropFields", names: ["data"], page: 2 }]);
    const list = ["export", "beta.sessions", "--created-at-gte", "2020-01-01", "--page-size", "5"];
    const args = [...list, "--parallel", "2", "-o", "s.jsonl"];
    expect(await run(args)).toMatchObject({ code: 3 });
    expect(json("s.jsonl.manifest.json")).toMatchObject({ outcome: LACKING });
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(json("s.jsonl.manifest.json")).toMatchObject({ rows: 90, outcome: { complete: true } });
    expect(await run([...list, "-o", "whole.jsonl"])).toMatchObject({ code: 0 });
    expect(text("s.jsonl")).toBe(text("whole.jsonl"));
  });
});
