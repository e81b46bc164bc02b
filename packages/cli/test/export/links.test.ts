import { existsSync, lstatSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportFolder } from "./export-folder.ts";

describe("a link whose target does not exist", () => {
  it.each(["m.jsonl", "m.jsonl.gz", "m.csv", "m.parquet", "m.sqlite"])(
    "is not written through, and is no file of an export: %s",
    async (file) => {
      const { run, server, path } = await exportFolder({ items: 30 });
      symlinkSync(path("elsewhere"), path(file));
      const args = ["export", "models", "-o", file];
      for (const more of [[], ["--overwrite"], ["--resume"]])
        expect(await run([...args, ...more])).toMatchObject({
          code: 1,
          stderr: `error: Cannot write ${file}: it is a link to a file that does not exist\n`,
        });
      expect(lstatSync(path(file)).isSymbolicLink()).toBe(true);
      expect(existsSync(path("elsewhere"))).toBe(false);
      expect(await server.requests()).toEqual([]);
    },
  );

  it.each(["m.jsonl.manifest.json", "m.jsonl.checkpoint.json"])(
    "stays where it is in the way: %s",
    async (link) => {
      const { run, server, path } = await exportFolder({ items: 30 });
      symlinkSync(path("elsewhere"), path(link));
      for (const more of [[], ["--overwrite"], ["--resume"]])
        expect(await run(["export", "models", "-o", "m.jsonl", ...more])).toMatchObject({
          code: 1,
          stderr: expect.stringContaining(link),
        });
      expect(lstatSync(path(link)).isSymbolicLink()).toBe(true);
      expect(await server.requests()).toEqual([]);
    },
  );

  it("is not to be started again with --overwrite, which refuses it, where it has no checkpoint", async () => {
    const { run, path } = await exportFolder({ items: 30 });
    writeFileSync(path("real.jsonl"), "mine\n");
    symlinkSync("real.jsonl", path("m.jsonl"));
    for (const more of ["--overwrite", "--resume"])
      expect(await run(["export", "models", "-o", "m.jsonl", more])).toMatchObject({
        code: 1,
        stderr: "error: Cannot replace m.jsonl because it is a link: name the file itself\n",
      });
  });

  it.each([
    ["m.jsonl", "m.jsonl.new"],
    ["m.sqlite", "m.sqlite.new"],
    ["m.parquet", "m.parquet.new"],
    ["m.parquet", "m.parquet.new.rows.jsonl"],
  ])("became the file, or took its rows, with --overwrite: %s, %s", async (file, link) => {
    const { run, path } = await exportFolder({ items: 30 });
    const args = ["export", "models", "-o", file];
    expect(await run(args)).toMatchObject({ code: 0 });
    symlinkSync(path("elsewhere"), path(link));
    expect(await run([...args, "--overwrite"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`because ${link} is in the way`),
    });
    expect(existsSync(path("elsewhere"))).toBe(false);
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
  });
});
