import { describe, expect, it } from "vitest";
import { exportFolder } from "./export-folder.ts";

const LACKING = { complete: false, incompleteBecause: "noItems" };
const script = [
  { fault: "dropFields", names: ["data"], page: 2 },
  { fault: "status", status: 403, page: 4 },
] as const;

describe("an export of a list of which a page came without items", () => {
  it.each(["jsonl", "jsonl.gz", "csv", "parquet", "sqlite"])(
    "is incomplete, however often it is resumed: %s",
    async (format) => {
      const { run, server, json } = await exportFolder({ items: { models: 95 } });
      await server.setScript(script);
      const args = ["export", "models", "--page-size", "20", "-o", `m.${format}`];
      expect(await run(args)).toMatchObject({ code: 4 });
      for (let time = 0; time < 2; time++) {
        const { code, stderr } = await run([...args, "--resume"]);
        expect(stderr).toContain("The list is incomplete: an answer of the server has no field for items");
        expect(code).toBe(3);
        expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 75, outcome: LACKING });
      }
      // The file is what its manifest says.
      const { code, stderr } = await run(["verify", `m.${format}`]);
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("The list was not complete"),
      });
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
      expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 95, outcome: { complete: true } });
    },
  );

  it("in slices, too", async () => {
    const { run, server, json } = await exportFolder({ items: { "beta.sessions": 90 } });
    await server.setScript([{ fault: "dropFields", names: ["data"], page: 2 }]);
    const args = ["export", "beta.sessions", "--created-at-gte", "2020-01-01", "--parallel", "2"];
    const first = await run([...args, "-o", "s.jsonl", "--page-size", "5"]);
    expect(first).toMatchObject({ code: 3 });
    const again = await run([...args, "-o", "s.jsonl", "--page-size", "5", "--resume"]);
    expect(again).toMatchObject({ code: 3 });
    expect(json("s.jsonl.manifest.json")).toMatchObject({ outcome: LACKING });
  });
});
