import { describe, expect, it } from "vitest";
import { exportFolder } from "./export-folder.ts";

const deep = ['{"a":['.repeat(6000), "1", "]}".repeat(6000)].join("");
const body = `{"data":[{"id":"m1","display_name":"M"},{"id":"m2","display_name":${deep}}],"has_more":false,"first_id":"m1","last_id":"m2"}`;

/** The lists of the API answer with an item that is nested deeper than the stack of `JSON.stringify`. */
async function deepFolder() {
  const folder = await exportFolder();
  await folder.server.setScript([{ fault: "body", body, times: "always" }]);
  return folder;
}

describe("an item that is nested deep", () => {
  it.each(["jsonl", "jsonl.gz", "csv", "parquet", "sqlite"])("is exported: %s", async (format) => {
    const { run, json } = await deepFolder();
    const file = `m.${format}`;
    expect(await run(["export", "models", "-o", file])).toMatchObject({ code: 0 });
    expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 2, lastId: "m2" });
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
  });

  it.each(["jsonl", "json", "csv", "tsv"])("is printed: %s", async (format) => {
    const { run } = await deepFolder();
    const { code, stdout } = await run(["list", "models", "--format", format]);
    expect(code).toBe(0);
    expect(stdout.replaceAll('""', '"').includes(deep)).toBe(true);
  });

  it("is in the table, and repeats no other one", async () => {
    const { run } = await deepFolder();
    const { code, stdout } = await run([
      "list",
      "models",
      "--format",
      "table",
      "--distinct-by",
      "display_name",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("m2");
  });

  it("is refused as YAML, with what helps", async () => {
    const { run } = await deepFolder();
    expect(await run(["list", "models", "--format", "yaml"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr:
        "error: Cannot write an item as YAML because it is nested too deep: use --format jsonl, or leave the field out with --fields\n",
    });
    expect(await run(["list", "models", "--format", "yaml", "--fields", "id"])).toMatchObject({
      code: 0,
      stdout: "- id: m1\n- id: m2\n",
    });
  });
});
