import { appendFileSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder, idsOf, killAt } from "./export-folder.ts";

const FORMATS = ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet", "sqlite"];

/** Exports a list whose fourth page fails, and returns the folder. */
async function failedExport(file: string, args: readonly string[] = []): Promise<ExportFolder> {
  const folder = await exportFolder({ items: { models: 95 } });
  await folder.server.setScript([{ fault: "status", status: 403, page: 4 }]);
  const { code, stderr } = await folder.run(["export", "models", "--page-size", "20", "-o", file, ...args]);
  expect(code).toBe(4);
  expect(stderr).toContain(`60 items of ${file} are kept`);
  expect(stderr).toContain(`pageturn export models --page-size 20 -o ${file}`);
  return folder;
}

describe("pageturn export --resume", () => {
  it.each(FORMATS)(
    "goes on after an error where it was, without requesting a page again: %s",
    async (format) => {
      const { run, server, json } = await failedExport(`m.${format}`);
      const before = (await server.requests()).length;
      const { code, stderr } = await run([
        "export",
        "models",
        "--page-size",
        "20",
        "-o",
        `m.${format}`,
        "--resume",
      ]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect((await server.requests()).length - before).toBe(2);
      await run(["export", "models", "-o", `whole.${format}`]);
      const [resumed, whole] = [json(`m.${format}.manifest.json`), json(`whole.${format}.manifest.json`)];
      expect(resumed).toMatchObject({
        rows: 95,
        pages: 5,
        firstId: whole["firstId"],
        lastId: whole["lastId"],
      });
      // The rows are the same, and so is their digest; that of a whole Parquet file, too.
      expect(resumed["sha256"]).toBe(whole["sha256"]);
      expect(await run(["verify", `m.${format}`])).toMatchObject({ code: 0 });
    },
  );

  it("cuts a line that was torn by a crash", async () => {
    const { run, path, text } = await failedExport("m.jsonl");
    appendFileSync(path("m.jsonl"), '{"id":"torn');
    expect((await run(["export", "models", "--page-size", "20", "-o", "m.jsonl", "--resume"])).code).toBe(0);
    expect(new Set(idsOf(text("m.jsonl"))).size).toBe(95);
  });

  it("begins if there is nothing, and says so of an export that is finished", async () => {
    const { run, server } = await exportFolder({ items: { models: 30 } });
    const args = ["export", "models", "-o", "m.jsonl", "--resume"];
    expect((await run(args)).code).toBe(0);
    const requests = (await server.requests()).length;
    const again = await run(args);
    expect(again).toMatchObject({
      code: 0,
      stderr: "m.jsonl is finished: it has the whole list, 30 items.\n",
    });
    expect((await server.requests()).length).toBe(requests);
  });

  it("begins again if the file of a manifest is gone", async () => {
    const { run, path, json } = await exportFolder({ items: { models: 30 } });
    for (const format of ["jsonl", "sqlite", "parquet"]) {
      const file = `m.${format}`;
      expect(await run(["export", "models", "-o", file])).toMatchObject({ code: 0 });
      rmSync(path(file));
      expect(await run(["export", "models", "-o", file, "--resume"])).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 30 });
      expect(await run(["verify", file])).toMatchObject({ code: 0 });
    }
  });

  it("refuses other parameters, and says which", async () => {
    const { run } = await failedExport("m.csv");
    const fields = await run(["export", "models", "-o", "m.csv", "--fields", "id", "--resume"]);
    expect(fields.code).toBe(2);
    expect(fields.stderr).toContain("it has no --fields, and this command has --fields id");
    const list = await run(["export", "files", "-o", "m.csv", "--resume"]);
    expect(list.stderr).toContain("it has the list models");
    // The page size is none of the rows.
    expect((await run(["export", "models", "-o", "m.csv", "--page-size", "10", "--resume"])).code).toBe(0);
  });

  it("refuses a file that it did not begin, that is gone or that was cut", async () => {
    const { run, path, text } = await failedExport("m.jsonl");
    writeFileSync(path("mine.jsonl"), "mine\n");
    const mine = await run(["export", "models", "-o", "mine.jsonl", "--resume"]);
    expect(mine).toMatchObject({ code: 2, stderr: expect.stringContaining("it has no checkpoint") });
    expect(text("mine.jsonl")).toBe("mine\n");
    writeFileSync(path("m.jsonl"), "short");
    const cut = await run(["export", "models", "-o", "m.jsonl", "--resume"]);
    expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining("because it has 5 bytes and had") });
    rmSync(path("m.jsonl"));
    const gone = await run(["export", "models", "-o", "m.jsonl", "--resume"]);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining("because it is gone") });
  });

  it.each(["jsonl", "parquet", "sqlite"])(
    "goes on after --max-items with a larger one, and without: %s",
    async (format) => {
      const { run, json } = await exportFolder({ items: { models: 50 } });
      const args = ["export", "models", "-o", `m.${format}`, "--page-size", "20"];
      const rows = () => json(`m.${format}.manifest.json`);
      expect((await run([...args, "--max-items", "15"])).code).toBe(0);
      expect(rows()).toMatchObject({ rows: 15, outcome: { complete: false, reason: "maxItems" } });
      expect((await run([...args, "--max-items", "15", "--resume"])).code).toBe(0);
      expect(rows()).toMatchObject({ rows: 15 });
      expect((await run([...args, "--max-items", "33", "--resume"])).code).toBe(0);
      expect(rows()).toMatchObject({ rows: 33 });
      expect((await run(["verify", `m.${format}`])).code).toBe(0);
      expect((await run([...args, "--resume"])).code).toBe(0);
      expect(rows()).toMatchObject({ rows: 50, outcome: { complete: true } });
      expect((await run(["verify", `m.${format}`])).code).toBe(0);
    },
  );

  it.each(["jsonl", "parquet", "sqlite"])(
    "says that a file has more items than --max-items says, and requests nothing: %s",
    async (format) => {
      const { run, server, json } = await exportFolder({ items: { models: 50 } });
      const args = ["export", "models", "-o", `m.${format}`, "--page-size", "20"];
      expect((await run([...args, "--max-items", "15"])).code).toBe(0);
      const before = (await server.requests()).length;
      for (const most of ["15", "3"])
        expect(await run([...args, "--max-items", most, "--resume"])).toMatchObject({
          code: 0,
          stderr: `Nothing was requested: m.${format} has 15 items, and --max-items is ${most}. The list may have more.\n`,
        });
      expect((await server.requests()).length).toBe(before);
      expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 15, outcome: { reason: "maxItems" } });
    },
  );

  it.each(["jsonl", "parquet", "sqlite"])(
    "keeps the rows of a list that is incomplete, and exits with 3: %s",
    async (format) => {
      const { run, server, json } = await exportFolder({ items: { models: 50 } });
      await server.setScript([
        { fault: "setFields", fields: { has_more: true, last_id: null }, page: 2, times: "always" },
      ]);
      const args = ["export", "models", "-o", `m.${format}`, "--page-size", "20"];
      const { code, stderr } = await run(args);
      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining("incomplete") });
      expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 40, outcome: { complete: false } });
      expect((await run(["verify", `m.${format}`])).code).toBe(0);
      expect(await run([...args, "--resume", "--max-items", "10"])).toMatchObject({
        code: 3,
        stderr: expect.stringContaining("incomplete"),
      });
      await server.setScript([]);
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 50, outcome: { complete: true } });
    },
  );

  it("does not say to go on if the cursor has expired", async () => {
    const { run, server } = await exportFolder({ items: { models: 50 } });
    await server.setScript([{ fault: "cursorExpired", page: 3 }]);
    const { code, stderr } = await run(["export", "models", "-o", "m.jsonl", "--page-size", "10"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Start again with --overwrite"),
    });
    expect(stderr).not.toContain("--resume");
    expect(stderr).not.toContain("skip the items");
  });

  it("retries what passes, and counts it", async () => {
    const { run, server, json } = await exportFolder({ items: { models: 90 } });
    await server.setScript([
      { fault: "status", status: 429, headers: { "retry-after-ms": "1" }, page: 2 },
      { fault: "reset", at: "insideBody", page: 3 },
      { fault: "status", status: 529, headers: { "retry-after-ms": "1" }, page: 4 },
    ]);
    const { code, stderr } = await run(["export", "models", "-o", "m.jsonl", "--page-size", "20"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(json("m.jsonl.manifest.json")).toMatchObject({ rows: 90 });
  });

  it("keeps the times of the first command where a filter is relative", async () => {
    const { run, server, json } = await exportFolder({
      items: { "compliance.activities": 300 },
    });
    await server.setScript([{ fault: "status", status: 403, page: 2 }]);
    const args = [
      "export",
      "compliance.activities",
      "--created-at-gte",
      "-3000d",
      "--page-size",
      "100",
      "-o",
      "a.jsonl",
    ];
    expect(await run(args)).toMatchObject({ code: 4, stderr: expect.stringContaining("100 items") });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(json("a.jsonl.manifest.json")).toMatchObject({ rows: 300, outcome: { complete: true } });
  });
});

describe("an export", () => {
  it.each(["jsonl", "parquet"])("leaves nothing, whichever step it is killed before: %s", async (format) => {
    const { run, folder, path, json } = await exportFolder({ items: { models: 30 } });
    const args = ["export", "models", "-o", `m.${format}`];
    const names = [`m.${format}`, `m.${format}.manifest.json`];
    for (let count = 1; ; count += 1) {
      for (const name of readdirSync(folder)) rmSync(path(name));
      const ended = await run(args, { nodeOptions: killAt(count) });
      if (ended.signal !== "SIGKILL") {
        expect(count).toBeGreaterThan(10);
        break;
      }
      expect(await run([...args, "--resume"]), `step ${count}`).toMatchObject({ code: 0 });
      expect(readdirSync(folder).toSorted(), `step ${count}`).toEqual(names);
      expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 30 });
    }
  });
});

describe("a part of a list that goes on", () => {
  it.each(["jsonl", "parquet", "sqlite"])(
    "has all rows, whichever step it is killed before: %s",
    async (format) => {
      const { run, server, folder, path, json, keep } = await exportFolder({ items: { models: 30 } });
      const file = `m.${format}`;
      const args = ["export", "models", "--page-size", "10", "-o", file];
      const starts = [
        { first: ["--max-items", "10"], rest: [], rows: 30 },
        { first: ["--max-items", "10"], rest: ["--max-items", "20"], rows: 20 },
        { first: [], rest: [], rows: 30 },
      ];
      // The other formats have their rows in the file itself.
      for (const { first, rest, rows } of format === "parquet" ? starts : starts.slice(0, 1)) {
        for (const name of readdirSync(folder)) rmSync(path(name));
        // The last one ends with an error: the server leads back.
        await server.setScript(first.length > 0 ? [] : [{ fault: "repeatCursor", page: 3 }]);
        expect((await run([...args, ...first])).code).toBe(first.length > 0 ? 0 : 3);
        await server.setScript([]);
        const restore = keep();
        for (let count = 1, isWhole = false; !isWhole; count += 1) {
          restore();
          const { signal } = await run([...args, ...rest, "--resume"], { nodeOptions: killAt(count) });
          isWhole = signal === null;
          const step = `${first} ${rest} step ${count}`;
          expect(await run([...args, ...rest, "--resume"]), step).toMatchObject({ code: 0 });
          expect(json(`${file}.manifest.json`), step).toMatchObject({ rows });
          expect(await run(["verify", file]), step).toMatchObject({ code: 0 });
        }
      }
    },
  );
});

describe("pageturn export", () => {
  it("refuses an output that is no file, and names the command for stdout", async () => {
    const { run, server } = await exportFolder({ items: 3 });
    const refused = async (output: string) => run(["export", "models", "--format", "jsonl", "-o", output]);
    expect(await refused("-")).toMatchObject({
      code: 2,
      stderr:
        "error: Cannot export to - because an export is a file: print the list with pageturn list, or name the file ./-\n",
    });
    for (const output of ["", " "])
      expect(await refused(output)).toMatchObject({
        code: 2,
        stderr:
          "error: Cannot export to a file without a name: name it with --output, such as models.jsonl\n",
      });
    for (const end of [".checkpoint.json", ".manifest.json", ".split.json", ".pageturn-tmp"])
      expect(await refused(`m.jsonl${end}`)).toMatchObject({
        code: 2,
        stderr: `error: Cannot export to m.jsonl${end} because an export keeps files whose names end in ${end} beside its rows: choose another name\n`,
      });
    if (process.platform === "linux")
      expect(await refused("/proc/m.jsonl")).toMatchObject({
        code: 1,
        stderr: "error: Cannot write /proc/m.jsonl: its folder does not take files\n",
      });
    const { stderr } = await run(["export", "skills.versions", "-o", "m.jsonl"]);
    expect(stderr).toContain("name it after the list, as in skills.versions SKILL_ID\n");
    expect((await server.requests()).length).toBe(0);
  });

  it.each(FORMATS)(
    "leaves nothing if the first page fails, and does not touch a file to replace: %s",
    async (format) => {
      const { run, server, folder, json } = await exportFolder({ items: { models: 30 } });
      const args = ["export", "models", "-o", `m.${format}`];
      await server.setScript([{ fault: "status", status: 401, page: 1, times: 2 }]);
      const failed = await run(args);
      expect(failed).toMatchObject({ code: 4, stderr: expect.not.stringContaining("--resume") });
      expect(readdirSync(folder)).toEqual([]);
      await server.setScript([]);
      expect(await run(args)).toMatchObject({ code: 0 });
      await server.setScript([{ fault: "status", status: 401, page: 1, times: 2 }]);
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 4 });
      expect(json(`m.${format}.manifest.json`)).toMatchObject({ rows: 30 });
      expect(await run(["verify", `m.${format}`])).toMatchObject({ code: 0 });
    },
  );

  it("asks for no page size beside a filter that excludes it", async () => {
    const { run, server, text } = await exportFolder();
    const { stdout } = await run(["list", "files", "--max-items", "2", "--fields", "id", "--format", "csv"]);
    const [, ...ids] = stdout.trimEnd().split("\n");
    const args = ["export", "files", "--ids", ids.join(","), "-o", "f.jsonl"];
    expect(await run([...args, "--page-size", "5"])).toMatchObject({
      code: 2,
      stderr: "error: Cannot use --page-size together with --ids\n",
    });
    expect((await server.requests()).length).toBe(1);
    expect(await run(args)).toMatchObject({ code: 0 });
    expect(idsOf(text("f.jsonl"))).toEqual(ids);
  });

  it("refuses a file that exists, an export that has not ended, and --resume with --overwrite", async () => {
    const { run, path, text, json } = await failedExport("m.jsonl");
    const unfinished = await run(["export", "models", "-o", "m.jsonl"]);
    expect(unfinished).toMatchObject({ code: 1, stderr: expect.stringContaining("go on with --resume") });
    for (const format of ["jsonl", "parquet", "sqlite"]) {
      writeFileSync(path(`mine.${format}`), "mine\n");
      const refused = await run(["export", "models", "-o", `mine.${format}`]);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("it exists already") });
      expect(text(`mine.${format}`)).toBe("mine\n");
      expect(existsSync(path(`mine.${format}.checkpoint.json`))).toBe(false);
      const replaced = await run(["export", "models", "-o", `mine.${format}`, "--overwrite"]);
      expect(replaced).toMatchObject({ code: 0 });
      expect(json(`mine.${format}.manifest.json`)).toMatchObject({ rows: 95 });
    }
    expect((await run(["export", "models", "-o", "m.jsonl", "--overwrite", "--resume"])).code).toBe(2);
  });
});
