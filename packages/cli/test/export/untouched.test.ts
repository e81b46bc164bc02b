import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder, killAt } from "./export-folder.ts";

const FORMATS = ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet", "sqlite"];

/** The digests of all files in the folder by name. */
function contents({ folder, path }: ExportFolder): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder)
      .toSorted()
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(path(name)))
          .digest("hex"),
      ]),
  );
}

async function modelsFolder(
  format: string,
): Promise<ExportFolder & { args: readonly string[]; file: string }> {
  const folder = await exportFolder({ items: { models: 95 } });
  const file = `m.${format}`;
  return { ...folder, file, args: ["export", "models", "--page-size", "20", "-o", file] };
}

/** Runs commands whose first request is refused, and expects that they change nothing. */
async function expectUntouched(folder: ExportFolder, args: readonly string[]): Promise<void> {
  const before = contents(folder);
  await folder.server.setScript([{ fault: "status", status: 401, times: "always" }]);
  expect(await folder.run(args)).toMatchObject({ code: 4 });
  await folder.server.setScript([{ fault: "never", times: "always" }]);
  const asked = (await folder.server.requests()).length;
  const killed = await folder.run(args, {
    onStart: async (child) => {
      while ((await folder.server.requests()).length === asked)
        await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill("SIGKILL");
    },
  });
  expect(killed).toMatchObject({ signal: "SIGKILL" });
  expect(contents(folder)).toEqual(before);
  await folder.server.setScript([]);
}

describe("an export whose first request fails", () => {
  it.each(FORMATS)(
    "keeps the rows of an incomplete export that --overwrite begins again: %s",
    async (format) => {
      const folder = await modelsFolder(format);
      const { run, server, args, file, json } = folder;
      expect(await run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
      await server.setScript([{ fault: "dropFields", names: ["data"], page: 2 }]);
      const part = await run([...args, "--overwrite"]);
      expect(part).toMatchObject({ code: 3, stderr: expect.stringContaining(`are in ${file}.new`) });
      await expectUntouched(folder, [...args, "--overwrite"]);
      expect(await run(["verify", file, `${file}.new`])).toMatchObject({ code: 0 });
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 95 });
      expect(readdirSync(folder.folder).toSorted()).toEqual([file, `${file}.manifest.json`]);
    },
  );

  it.each(FORMATS)("keeps the manifest of a file that --max-items has ended: %s", async (format) => {
    const folder = await modelsFolder(format);
    const { run, args, file, json } = folder;
    expect(await run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
    await expectUntouched(folder, [...args, "--resume", "--max-items", "50"]);
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 95 });
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
  });

  it.each(FORMATS)("keeps the manifest of a file that was moved away: %s", async (format) => {
    const folder = await modelsFolder(format);
    const { run, server, args, file, json, path } = folder;
    expect(await run([...args, "--fields", "id"])).toMatchObject({ code: 0 });
    renameSync(path(file), path("moved"));
    for (const more of [[], ["--resume"]]) await expectUntouched(folder, [...args, ...more]);
    const before = contents(folder);
    await server.setScript([{ fault: "status", status: 401 }]);
    expect(await run([...args, "--overwrite"])).toMatchObject({ code: 4 });
    expect(contents(folder)).toEqual(before);
    expect(await run(args)).toMatchObject({ code: 0 });
    expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 95, fields: null });
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
  });

  it("leaves an empty file of the user that has the name of a database", async () => {
    const folder = await modelsFolder("sqlite");
    writeFileSync(folder.path("m.sqlite"), "");
    await expectUntouched(folder, [...folder.args, "--resume"]);
    expect(await folder.run([...folder.args, "--resume"])).toMatchObject({ code: 0 });
    expect(await folder.run(["verify", "m.sqlite"])).toMatchObject({ code: 0 });
  });
});

describe("an export that goes on", () => {
  // At every moment at which a process can be killed: before its first row, between two commits, and when all rows are there.
  it.each(["jsonl", "parquet", "sqlite"])(
    "does not take a file that the user has put there: %s",
    async (format) => {
      const folder = await modelsFolder(format);
      const { run, args, file, path } = folder;
      let end = "";
      for (let kill = 1; end !== "whole"; kill += 1) {
        for (const name of readdirSync(folder.folder)) rmSync(path(name));
        const { signal } = await run(args, { nodeOptions: killAt(kill) });
        end = signal === null ? "whole" : "killed";
        const before = existsSync(path(file)) ? readFileSync(path(file)) : undefined;
        const mine = Buffer.alloc((before?.length ?? 0) + (kill % 2) * 5000 + 1, "mine\n");
        writeFileSync(path(file), mine);
        const { code, stderr } = await run([...args, "--resume"]);
        expect({ kill, code, stderr }).toEqual({
          kill,
          code: expect.toSatisfy((each) => each > 0),
          stderr: expect.stringMatching(/rename it|Rename it|in the way|not of an export/),
        });
        expect(readFileSync(path(file)).equals(mine)).toBe(true);
        if (before === undefined) rmSync(path(file));
        else writeFileSync(path(file), before);
        expect({ kill, ...(await run([...args, "--resume"])) }).toMatchObject({ kill, code: 0 });
        expect(folder.json(`${file}.manifest.json`)).toMatchObject({ rows: 95 });
      }
    },
  );

  it("keeps the manifest of a database that another program uses", async () => {
    const folder = await modelsFolder("sqlite");
    const { run, args, path } = folder;
    expect(await run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
    const before = contents(folder);
    const database = new DatabaseSync(path("m.sqlite"));
    database.exec("BEGIN IMMEDIATE");
    const { code, stderr } = await run([...args, "--resume"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("another program uses it"),
    });
    database.exec("ROLLBACK");
    database.close();
    expect(contents(folder)).toEqual(before);
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
  });

  it("keeps the manifest of a Parquet file whose rows are gone", async () => {
    const folder = await modelsFolder("parquet");
    const { run, args, path } = folder;
    expect(await run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
    rmSync(path("m.parquet.rows.jsonl"));
    const before = contents(folder);
    expect(await run([...args, "--resume"])).toEqual(
      expect.objectContaining({
        code: 1,
        stderr:
          "error: Cannot resume m.parquet.rows.jsonl because it is gone: put it back, or start again with --overwrite\n",
      }),
    );
    expect(contents(folder)).toEqual(before);
  });

  it("leaves no rows of another format behind", async () => {
    const folder = await exportFolder({ items: { models: 95 } });
    const { run, server } = folder;
    const args = ["export", "models", "--page-size", "20", "-o", "m"];
    await server.setScript([{ fault: "status", status: 403, page: 3 }]);
    expect(await run([...args, "--format", "parquet"])).toMatchObject({ code: 4 });
    await server.setScript([]);
    expect(await run([...args, "--format", "jsonl", "--overwrite"])).toMatchObject({ code: 0 });
    expect(readdirSync(folder.folder).toSorted()).toEqual(["m", "m.manifest.json"]);
  });

  it("writes nothing in a dry run, also not to a database that was cut off", async () => {
    const folder = await modelsFolder("sqlite");
    const { run, server, args, path } = folder;
    await server.setScript([{ fault: "status", status: 403, page: 3 }]);
    expect(await run(args)).toMatchObject({ code: 4 });
    // A journal of a process that was killed.
    writeFileSync(path("m.sqlite-journal"), "");
    const before = contents(folder);
    expect(await run([...args, "--resume", "--dry-run"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("leave out --dry-run"),
    });
    expect(contents(folder)).toEqual(before);
  });
});

describe("a file that has ended", () => {
  it.each(["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet"])(
    "is not gone on with if something was added to it: %s",
    async (format) => {
      const folder = await modelsFolder(format);
      const { run, server, args, file, path } = folder;
      expect(await run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
      writeFileSync(path(file), Buffer.concat([readFileSync(path(file)), Buffer.from("mine\n")]));
      const before = contents(folder);
      const requests = (await server.requests()).length;
      for (const more of [[], ["--max-items", "20"], ["--max-items", "30"], ["--dry-run"]]) {
        const { code, stderr } = await run([...args, "--resume", ...more]);
        expect({ code, stderr }).toMatchObject({
          code: 3,
          stderr: expect.stringMatching(/^error: m\..* is not as it was exported: .* Rename it, or .*\n$/),
        });
      }
      expect(contents(folder)).toEqual(before);
      expect((await server.requests()).length).toBe(requests);
    },
  );

  it.each(FORMATS)("is not there if it was moved away, whatever its state says: %s", async (format) => {
    const folder = await modelsFolder(format);
    const { run, args, file, path } = folder;
    expect(await run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
    renameSync(path(file), path("moved"));
    const before = contents(folder);
    const { code, stderr } = await run([...args, "--resume", "--max-items", "30"]);
    // A database has its state in it, and a Parquet file its rows beside it.
    if (format === "sqlite")
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("Exported 30") });
    else if (format === "parquet") expect(await run(["verify", file])).toMatchObject({ code: 0 });
    else {
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `error: Cannot resume ${file} because it is gone: put it back, or start again with --overwrite\n`,
      });
      expect(contents(folder)).toEqual(before);
    }
  });

  it("keeps its manifest if it has enough items", async () => {
    const folder = await modelsFolder("jsonl");
    const { run, args, text, path } = folder;
    expect(await run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
    // Of the same size: only the digest tells.
    writeFileSync(path("m.jsonl"), text("m.jsonl").replace('"id"', '"iD"'));
    const before = contents(folder);
    const { code, stderr } = await run([...args, "--resume", "--max-items", "30"]);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("Nothing was requested"),
    });
    expect(contents(folder)).toEqual(before);
    expect(await run(["verify", "m.jsonl"])).toMatchObject({ code: 3 });
  });

  it.each(["jsonl", "sqlite"])("keeps its manifest if a new file was moved away: %s", async (format) => {
    const folder = await modelsFolder(format);
    const { run, server, args, file, json, path, text } = folder;
    expect(await run(args)).toMatchObject({ code: 0 });
    const manifest = text(`${file}.manifest.json`);
    const fields = { has_more: true, last_id: null };
    // A part, and then all rows of a list that is incomplete all the same.
    for (const page of [3, 5]) {
      await server.setScript([{ fault: "setFields", fields, page, times: "always" }]);
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 3 });
      rmSync(path(`${file}.new`));
      const other = await run([...args, "--resume", "--fields", "id"]);
      expect(other.code).toBeGreaterThan(0);
      expect(await run(["verify", file])).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining("not complete"),
      });
      expect(text(`${file}.manifest.json`)).toBe(manifest);
    }
    expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 95, outcome: { complete: true } });
  });
});
