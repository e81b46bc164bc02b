import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder, idsOf } from "./export-folder.ts";

const LIST = ["export", "organization.users", "--page-size", "20"];
const USERS = { items: { "organization.users": 200 } };
const ENDED = { complete: false, reason: "error", incompleteBecause: null };
const IDLE = "the server sent 1000 pages in a row without new items. 20 items of it are in";
const ADVICE = "\nAsk for the rest with --resume, or export the list again with --overwrite.\n";

/** Expects that `--resume` exports the rest, and that the file is that of one export without an error. */
async function expectWhole(
  { run, json }: ExportFolder,
  { file, format }: { file: string; format: string },
): Promise<void> {
  expect(await run([...LIST, "-o", file, "--resume"])).toMatchObject({ code: 0 });
  expect(await run(["verify", file])).toMatchObject({ code: 0 });
  expect(await run([...LIST, "-o", `whole.${format}`])).toMatchObject({ code: 0 });
  const { sha256 } = json(`whole.${format}.manifest.json`);
  expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 200, outcome: { complete: true }, sha256 });
}

describe("an export of a list that sends one page again and again", () => {
  it.each(["jsonl", "parquet", "sqlite"])(
    "has its items once, ends as an incomplete list does, and can go on: %s",
    async (format) => {
      const folder = await exportFolder(USERS);
      const { run, server, json } = folder;
      const file = `u.${format}`;
      await server.setScript([{ fault: "endless", items: "same", times: 2002 }]);
      for (const more of [[], ["--resume"]]) {
        const { code, stderr } = await run([...LIST, "-o", file, ...more]);
        expect(stderr).toContain(IDLE);
        expect(stderr.endsWith(ADVICE)).toBe(true);
        expect(code).toBe(3);
        expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 20, outcome: ENDED });
        expect(await run(["verify", file])).toMatchObject({
          code: 0,
          stderr: expect.stringContaining("The list was not complete: an error has ended it early"),
        });
      }
      expect(json(`${file}.manifest.json`)["repeats"]).toBe(40_000);
      await server.setScript([]);
      await expectWhole(folder, { file, format });
    },
  );

  it("exports the other files of --split-by all the same", async () => {
    const { run, server, folder, json } = await exportFolder({ items: { "beta.sessions": 1200 } });
    const range = ["--created-at-gte", "2026-09-29T00:00:00Z", "--created-at-lt", "2026-10-01T00:00:00Z"];
    const args = ["export", "beta.sessions", ...range, "--split-by", "day", "-o"];
    const manifests = (name: string) =>
      [29, 30].map((day) => json(`${name}-2026-09-${day}.jsonl.manifest.json`));
    await server.setScript([{ fault: "endless", items: "same", times: 1001 }]);
    const first = await run([...args, "m.jsonl"]);
    expect(first.stderr).toContain("\nAsk for what is missing with --resume.\n");
    expect(first.code).toBe(3);
    expect(manifests("m")).toMatchObject([{ outcome: ENDED }, { outcome: { complete: true } }]);
    expect(await run([...args, "m.jsonl", "--resume"])).toMatchObject({ code: 0 });
    expect(await run([...args, "whole.jsonl"])).toMatchObject({ code: 0 });
    const whole = manifests("whole").map(({ sha256 }) => ({ outcome: { complete: true }, sha256 }));
    expect(manifests("m")).toMatchObject(whole);
    expect(readdirSync(folder)).not.toContain("m.jsonl.split.json");
  });

  it("does not replace a file by a part of the list", async () => {
    const { run, server, text } = await exportFolder(USERS);
    const args = [...LIST, "-o", "u.jsonl"];
    expect(await run(args)).toMatchObject({ code: 0 });
    const whole = text("u.jsonl");
    await server.setScript([{ fault: "endless", items: "same", times: 1001 }]);
    const { code, stderr } = await run([...args, "--overwrite"]);
    expect(stderr).toContain("u.jsonl is as it was.");
    expect(code).toBe(3);
    expect(text("u.jsonl")).toBe(whole);
  });

  it("knows the page before from an earlier run", async () => {
    const folder = await exportFolder(USERS);
    const { run, server, json } = folder;
    const same = { fault: "endless", items: "same" } as const;
    await server.setScript([
      { ...same, page: 2, times: 3 },
      { fault: "status", status: 503, request: 5, times: 1 },
    ]);
    const args = [...LIST, "-o", "u.jsonl"];
    expect(await run([...args, "--max-retries", "0"])).toMatchObject({ code: 5 });
    await server.setScript([{ ...same, times: 3 }]);
    await expectWhole(folder, { file: "u.jsonl", format: "jsonl" });
    expect(json("u.jsonl.manifest.json")["repeats"]).toBeGreaterThan(60);
  });

  it("has as many rows as --max-items says, and goes on inside a page", async () => {
    const folder = await exportFolder(USERS);
    const { run, server, text } = folder;
    await server.setScript([{ fault: "endless", items: "same", page: 2, times: 2 }]);
    const args = [...LIST, "-o", "u.jsonl"];
    expect(await run([...args, "--max-items", "110"])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /^Exported 110 items to u\.jsonl, without \d+ repeats, as --max-items says/,
      ),
    });
    expect(new Set(idsOf(text("u.jsonl"))).size).toBe(110);
    await expectWhole(folder, { file: "u.jsonl", format: "jsonl" });
  });
});

describe("an export that a walk cannot go on with", () => {
  it("keeps the rows before pages without items, and asks for the rest", async () => {
    const folder = await exportFolder(USERS);
    const { run, server, json } = folder;
    await server.setScript([{ fault: "endless", items: "none", page: 2, times: 1000 }]);
    const { code, stderr } = await run([...LIST, "-o", "u.jsonl"]);
    expect(stderr).toContain(IDLE);
    expect(stderr.endsWith(ADVICE)).toBe(true);
    expect(code).toBe(3);
    expect(json("u.jsonl.manifest.json")).toMatchObject({ rows: 20, repeats: 0, outcome: ENDED });
    await expectWhole(folder, { file: "u.jsonl", format: "jsonl" });
  });

  it("leaves nothing without a row", async () => {
    const { run, server, folder } = await exportFolder(USERS);
    await server.setScript([{ fault: "endless", items: "none", times: 1000 }]);
    expect(await run([...LIST, "-o", "u.jsonl"])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/without new items\n$/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does not advise to go on in slices of a list that has none", async () => {
    const { run, server, json } = await exportFolder({ items: { "beta.sessions": 90 } });
    const fields = { created_at: "1999-01-01T00:00:00Z" };
    await server.setScript([{ fault: "setItemFields", fields, page: 3 }]);
    const list = ["export", "beta.sessions", "--created-at-gte", "2020-01-01", "--page-size", "5"];
    const { code, stderr } = await run([...list, "--parallel", "4", "-o", "s.jsonl"]);
    expect(stderr).toMatch(/Leave out --parallel\. \d+ items of it are in s\.jsonl/);
    expect(stderr).toMatch(/\nExport the list again without --parallel, with --overwrite\.\n$/);
    expect(stderr).not.toContain("--resume");
    expect(code).toBe(3);
    expect(json("s.jsonl.manifest.json")).toMatchObject({ outcome: ENDED });
    await server.setScript([]);
    expect(await run([...list, "--overwrite", "-o", "s.jsonl"])).toMatchObject({ code: 0 });
    expect(json("s.jsonl.manifest.json")).toMatchObject({ rows: 90, outcome: { complete: true } });
  });
});
