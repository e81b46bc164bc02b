import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder, killAt } from "./export-folder.ts";

const FORMATS = ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet", "sqlite"];

/** A finished export of 30 items, and a list that has 95 by now. */
async function finishedExport(
  format: string,
): Promise<ExportFolder & { args: readonly string[]; file: string }> {
  const folder = await exportFolder({ items: { models: 95 } });
  const file = `m.${format}`;
  const args = ["export", "models", "--page-size", "20", "-o", file];
  expect(await folder.run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
  return { ...folder, args, file };
}

/** Expects the old file and its manifest. */
async function expectOld({ run, json }: ExportFolder, file: string): Promise<void> {
  expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 30 });
  expect(await run(["verify", file])).toMatchObject({ code: 0 });
}

async function expectNew({ run, json, folder }: ExportFolder, file: string): Promise<void> {
  expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 95, file, outcome: { complete: true } });
  expect(await run(["verify", file])).toMatchObject({ code: 0 });
  expect(readdirSync(folder).filter((name) => name.startsWith(file))).toEqual([
    file,
    `${file}.manifest.json`,
  ]);
}

describe("pageturn export --overwrite", () => {
  it.each(FORMATS)(
    "keeps the old file when a later page fails, and replaces it when it goes on: %s",
    async (format) => {
      const folder = await finishedExport(format);
      const { run, server, args, file } = folder;
      await server.setScript([{ fault: "status", status: 401, page: 3, times: 2 }]);
      const before = (await server.requests()).length;
      const failed = await run([...args, "--overwrite"]);
      expect(failed).toMatchObject({ code: 4 });
      expect(failed.stderr).toContain(
        `40 items of ${file} are kept in ${file}.new. ${file} is as it was. Go on with: pageturn ${args.join(" ")} --resume\n`,
      );
      // The first one is not requested to look whether it is there.
      const requests = (await server.requests()).slice(before);
      expect(requests.filter(({ params }) => params["after_id"] === undefined).length).toBe(1);
      await expectOld(folder, file);
      await server.setScript([]);
      const plain = await run(args);
      expect(plain).toMatchObject({ code: 1, stderr: expect.stringContaining("has not ended") });
      // It must not say that the old file is finished.
      const resumed = await run([...args, "--resume"]);
      expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining("Exported 95 items") });
      await expectNew(folder, file);
    },
  );

  it.each(FORMATS)("replaces no file that the user has put there meanwhile: %s", async (format) => {
    const folder = await finishedExport(format);
    const { run, server, args, file, path, text } = folder;
    for (const wasThere of [true, false]) {
      if (!wasThere) for (const name of readdirSync(folder.folder)) rmSync(path(name));
      await server.setScript([{ fault: "status", status: 401, page: 3 }]);
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 4 });
      writeFileSync(path(file), "mine");
      expect(await run([...args, "--resume"])).toMatchObject({
        code: 1,
        stderr:
          `error: Cannot replace ${file} because it has changed since its export began: rename it and repeat the command ` +
          "with --resume, or replace it as it is now with --overwrite\n",
      });
      expect(text(file)).toBe("mine");
      renameSync(path(file), path("mine"));
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      rmSync(path("mine"));
      await expectNew(folder, file);
    }
    // While the last page is awaited.
    await server.setScript([{ fault: "delay", ms: 3000, page: 5 }]);
    const before = (await server.requests()).length;
    const { code, stderr } = await run([...args, "--overwrite"], {
      onStart: async () => {
        while ((await server.requests()).length < before + 5)
          await new Promise((resolve) => setTimeout(resolve, 20));
        writeFileSync(path(file), "mine");
      },
    });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("has changed since") });
    expect(text(file)).toBe("mine");
    expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
    await expectNew(folder, file);
  });

  it.each(["jsonl", "parquet", "sqlite"])(
    "keeps the old file after Ctrl-C and kill -9: %s",
    async (format) => {
      const folder = await finishedExport(format);
      const { run, server, args, file } = folder;
      await server.setScript([{ fault: "never", page: 4, times: "always" }]);
      for (const signal of ["SIGINT", "SIGKILL"] as const) {
        const before = (await server.requests()).length;
        const ended = await run([...args, "--overwrite"], {
          onStart: async (child) => {
            while ((await server.requests()).length < before + 4)
              await new Promise((resolve) => setTimeout(resolve, 20));
            setTimeout(() => child.kill(signal), 100);
          },
        });
        expect(ended).toMatchObject(signal === "SIGINT" ? { code: 130 } : { signal });
        await expectOld(folder, file);
      }
      // Not even a resumed export that gets no page makes the old file the one that was asked for.
      await server.setScript([{ fault: "status", status: 401, times: "always" }]);
      expect(await run([...args, "--resume"])).toMatchObject({ code: 4 });
      expect(await run([...args, "--resume"])).toMatchObject({ code: 4 });
      await server.setScript([]);
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      await expectNew(folder, file);
    },
  );

  it.each(FORMATS)("replaces a file of another one, and one that was never finished: %s", async (format) => {
    const folder = await exportFolder({ items: { models: 95 } });
    const file = `m.${format}`;
    const args = ["export", "models", "--page-size", "20", "-o", file];
    await folder.server.setScript([{ fault: "status", status: 403, page: 3 }]);
    expect(await folder.run(args)).toMatchObject({ code: 4 });
    expect(await folder.run([...args, "--overwrite"])).toMatchObject({ code: 0 });
    await expectNew(folder, file);
  });

  it.each(["jsonl", "sqlite"])("does not replace a file by a part of a list: %s", async (format) => {
    const folder = await finishedExport(format);
    const { run, server, args, file, json, path } = folder;
    await server.setScript([
      { fault: "setFields", fields: { has_more: true, last_id: null }, page: 2, times: "always" },
    ]);
    const part = await run([...args, "--overwrite"]);
    expect(part).toMatchObject({ code: 3 });
    expect(part.stderr).toContain(
      `40 items of it are in ${file}.new: see ${file}.new.manifest.json. ${file} is as it was.`,
    );
    await expectOld(folder, file);
    expect(await run(["verify", `${file}.new`])).toMatchObject({ code: 0 });
    // Without an old file, a part is better than nothing.
    rmSync(path(file));
    rmSync(path(`${file}.manifest.json`));
    expect(await run([...args, "--resume"])).toMatchObject({ code: 3 });
    expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 40, outcome: { complete: false } });
    await server.setScript([]);
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    await expectNew(folder, file);
  });

  it.each(["jsonl", "parquet", "sqlite"])(
    "can go on with the file that --max-items has replaced: %s",
    async (format) => {
      const folder = await finishedExport(format);
      const { run, args, file, json } = folder;
      expect(await run([...args, "--overwrite", "--max-items", "25"])).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 25 });
      expect(existsSync(folder.path(`${file}.new`))).toBe(false);
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      await expectNew(folder, file);
    },
  );

  it.each(["jsonl", "parquet", "sqlite"])(
    "is as it should be between the renames of file and manifest: %s",
    async (format) => {
      const folder = await finishedExport(format);
      const { run, args, file, path } = folder;
      const old = readFileSync(path(`${file}.manifest.json`));
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
      renameSync(path(`${file}.manifest.json`), path(`${file}.new.manifest.json`));
      writeFileSync(path(`${file}.manifest.json`), old);
      expect(await run(["verify", file])).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("95 items"),
      });
      expect(await run([...args, "--resume"])).toMatchObject({
        code: 0,
        stderr: `${file} is finished: it has the whole list, 95 items.\n`,
      });
      await expectNew(folder, file);
    },
  );

  it.each(["jsonl", "parquet", "sqlite"])(
    "never takes a file of the user for its own: %s",
    async (format) => {
      const { run, path, text, server, args, file } = await finishedExport(format);
      const before = (await server.requests()).length;
      const refused = async (name: string, more: readonly string[], output = file) => {
        writeFileSync(path(name), "mine\n");
        const ended = await run([...args.slice(0, -1), output, ...more]);
        expect(ended, name).toMatchObject({ code: 1 });
        expect(ended.stderr).toMatch(
          new RegExp(
            `^error: Cannot export to ${output} because ${name} is in the way, which is not of this export: .*\n$`,
          ),
        );
        expect(text(name)).toBe("mine\n");
        rmSync(path(name));
      };
      await refused(`${file}.new`, ["--overwrite"]);
      await refused(`${file}.new.manifest.json`, ["--overwrite"]);
      await refused(`other.${format}.manifest.json`, ["--resume"], `other.${format}`);
      if (format === "parquet") {
        await refused("other.parquet.rows.jsonl", [], "other.parquet");
        await refused(`${file}.new.rows.jsonl`, ["--overwrite"]);
      }
      if (format === "sqlite")
        for (const end of ["-wal", "-shm", "-journal"])
          await refused(`other.sqlite${end}`, [], "other.sqlite");
      // An export of that very name is another one.
      expect(
        await run([...args.slice(0, -1), `${file}.new`, "--format", format, "--max-items", "5"]),
      ).toMatchObject({ code: 0 });
      const taken = await run([...args, "--overwrite"]);
      expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining(`${file}.new is in the way`) });
      expect((await server.requests()).length).toBe(before + 1);
    },
  );

  it.each(["jsonl", "parquet", "sqlite"])(
    "does not remove or replace what is beside a file and not of an export: %s",
    async (format) => {
      const { run, path, text, server, args, file } = await finishedExport(format);
      rmSync(path(`${file}.checkpoint.json`), { force: true });
      rmSync(path(`${file}.rows.jsonl`), { force: true });
      const before = (await server.requests()).length;
      const beside = [".checkpoint.json", ".manifest.json", ...(format === "parquet" ? [".rows.jsonl"] : [])];
      for (const end of beside) {
        const old = end === ".manifest.json" ? text(`${file}${end}`) : undefined;
        for (const content of ["mine\n", "{}"]) {
          writeFileSync(path(`${file}${end}`), content);
          const ended = await run([...args, "--overwrite"]);
          expect(ended, end).toMatchObject({ code: 1 });
          expect(ended.stderr).toMatch(/^error: Cannot .*(?:[Rr]ename|choose another name).*\n$/);
          expect(ended.stderr).toContain(`${file}${end}`);
          expect(text(`${file}${end}`)).toBe(content);
        }
        rmSync(path(`${file}${end}`));
        if (old !== undefined) writeFileSync(path(`${file}${end}`), old);
      }
      expect((await server.requests()).length).toBe(before);
    },
  );

  it.each(["jsonl", "parquet", "sqlite"])(
    "is not stopped by what a killed process has left, and leaves it to the user who has another name for it: %s",
    async (format) => {
      const folder = await finishedExport(format);
      const { run, server, path, text, args, file } = folder;
      const all = [file, `${file}.new`].flatMap((each) => [
        each,
        `${each}.manifest.json`,
        `${each}.checkpoint.json`,
      ]);
      const leave = () => {
        for (const name of all) writeFileSync(path(`${name}.pageturn-tmp`), "half of it");
      };
      for (const name of all) writeFileSync(path(`${name}.tmp`), "mine\n");
      leave();
      expect(await run([...args, "--resume", "--max-items", "31"])).toMatchObject({ code: 0 });
      leave();
      await server.setScript([{ fault: "status", status: 403, page: 3 }]);
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 4 });
      leave();
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      for (const name of all) {
        expect(text(`${name}.tmp`)).toBe("mine\n");
        rmSync(path(`${name}.tmp`));
      }
      await expectNew(folder, file);
    },
  );

  it.each(["jsonl", "parquet", "sqlite"])(
    "keeps its new rows from an export to the name that they have: %s",
    async (format) => {
      const folder = await finishedExport(format);
      const { run, server, args, file } = folder;
      const other = [...args.slice(0, -1), `${file}.new`, "--format", format];
      await server.setScript([{ fault: "never", page: 3, times: "always" }]);
      const before = (await server.requests()).length;
      let kill = () => {};
      const first = run([...args, "--overwrite"], {
        onStart: (child) => {
          kill = () => child.kill("SIGKILL");
        },
      });
      while ((await server.requests()).length < before + 3)
        await new Promise((resolve) => setTimeout(resolve, 20));
      for (const more of [[], ["--resume"], ["--overwrite"]])
        expect(await run([...other, ...more])).toMatchObject({
          code: 1,
          stderr: `error: Cannot export to ${file}.new because another process is exporting to it: wait until it has ended\n`,
        });
      kill();
      expect(await first).toMatchObject({ signal: "SIGKILL" });
      expect(await run(other)).toMatchObject({ code: 1, stderr: expect.stringContaining("has not ended") });
      expect(await run([...other, "--resume"])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(
          `it has the file ${file}, and this command has the file ${file}.new.`,
        ),
      });
      expect(await run([...other, "--overwrite"])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`because it has rows of an export to ${file}:`),
      });
      if (format === "parquet")
        expect(await run([...args.slice(0, -1), `${file}.new.rows.jsonl`, "--overwrite"])).toMatchObject({
          code: 1,
          stderr: expect.stringContaining(`because it has rows of an export to ${file}.new:`),
        });
      await server.setScript([]);
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      await expectNew(folder, file);
    },
  );

  it.each(["jsonl", "parquet", "sqlite"])(
    "refuses folders, devices and links before any request: %s",
    async (format) => {
      const { run, path, server } = await exportFolder({ items: 3 });
      mkdirSync(path("folder"));
      writeFileSync(path("real"), "mine\n");
      symlinkSync("real", path("link"));
      symlinkSync("circle", path("circle"));
      const refused = async (file: string, more: readonly string[]) =>
        (await run(["export", "models", "--format", format, "-o", file, ...more])).stderr;
      for (const more of [[], ["--resume"], ["--overwrite"]]) {
        expect(await refused("folder", more)).toBe("error: Cannot write folder: it is a folder\n");
        expect(await refused("/dev/null", more)).toBe("error: Cannot write /dev/null: it is not a file\n");
        expect(await refused("circle", more)).toBe(
          "error: Cannot write circle: a part of its path is a link that leads in a circle\n",
        );
        expect(await refused("x".repeat(250), more)).toMatch(
          /: its name, or that of a file beside it, is too long\n$/,
        );
      }
      expect(await refused("link", ["--overwrite"])).toBe(
        "error: Cannot replace link because it is a link: name the file itself\n",
      );
      expect((await server.requests()).length).toBe(0);
    },
  );
});

describe("an export that replaces a file", () => {
  it.each([
    ["jsonl", []],
    ["sqlite", []],
    ["parquet", ["--max-items", "25"]],
  ] as const)("can be killed before each step that changes a file: %s %j", async (format, more) => {
    const folder = await finishedExport(format);
    const { run, args, file, json } = folder;
    const beside = () => readdirSync(folder.folder).filter((name) => name.startsWith(`${file}.new`));
    const restore = folder.keep();
    const rows = more.length === 0 ? 95 : 25;
    for (let count = 1; ; count += 1) {
      restore();
      const ended = await run([...args, ...more, "--overwrite"], { nodeOptions: killAt(count) });
      if (ended.signal !== "SIGKILL") {
        expect(count).toBeGreaterThan(10);
        break;
      }
      // Old or new, and whole.
      const verified = await run(["verify", file]);
      expect(verified, `step ${count}`).toMatchObject({ code: 0 });
      const isOld = verified.stderr.includes("30 items");
      const again = isOld && beside().length === 0 ? "--overwrite" : "--resume";
      const { code, stderr } = await run([...args, ...more, again]);
      expect({ code, stderr }, `step ${count}`).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`), `step ${count}`).toMatchObject({ rows });
      expect(beside()).toEqual([]);
      // What goes on from there has all items.
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      await expectNew(folder, file);
    }
  });
});

describe("a second --overwrite after one that has failed", () => {
  const ROWS = { jsonl: "m.jsonl.new", parquet: "m.parquet.new.rows.jsonl" };

  async function failedTwice(format: string): Promise<Awaited<ReturnType<typeof finishedExport>>> {
    const folder = await finishedExport(format);
    await folder.server.setScript([{ fault: "status", status: 403, page: 3 }]);
    expect(await folder.run([...folder.args, "--overwrite"])).toMatchObject({ code: 4 });
    await folder.server.setScript([]);
    return folder;
  }

  it.each(["jsonl", "parquet"])("can be killed before each step: %s", async (format) => {
    const { run, args, file, json, keep } = await failedTwice(format);
    const restore = keep();
    for (let [count, isKilled] = [1, true]; isKilled; count += 1) {
      restore();
      const { signal } = await run([...args, "--overwrite"], { nodeOptions: killAt(count) });
      isKilled = signal === "SIGKILL";
      expect(await run([...args, "--resume"]), `step ${count}`).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`), `step ${count}`).toMatchObject({ rows: 95 });
    }
  });

  it.each(["jsonl", "parquet"] as const)(
    "leaves a file of the user in place of the new rows: %s",
    async (format) => {
      const { run, args, file, path, text } = await failedTwice(format);
      writeFileSync(path(ROWS[format]), "mine\n".repeat(10_000));
      const state = text(`${file}.new.checkpoint.json`);
      for (const [more, said] of [
        ["--overwrite", `because ${ROWS[format]} is in the way`],
        ["--resume", "rename it and put that one back, or rename it and start again with --overwrite"],
      ] as const)
        expect(await run([...args, more])).toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
      expect(text(ROWS[format])).toBe("mine\n".repeat(10_000));
      expect(text(`${file}.new.checkpoint.json`)).toBe(state);
      rmSync(path(ROWS[format]));
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
      expect(await run(["verify", file])).toMatchObject({ code: 0 });
    },
  );
});

describe("a database of the user", () => {
  /** A database in WAL mode that another program has open. */
  function openWAL(file: string): DatabaseSync {
    const database = new DatabaseSync(file);
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE mine (text); INSERT INTO mine VALUES ('mine')");
    return database;
  }

  it("is not changed by an export that is refused", async () => {
    const { run, path, folder, server } = await exportFolder({ items: 3 });
    const database = openWAL(path("m.sqlite"));
    const before = readdirSync(folder).map((name) => [name, readFileSync(path(name)).toString("hex")]);
    for (const more of [[], ["--resume"]]) {
      const { code, stderr } = await run(["export", "models", "-o", "m.sqlite", ...more]);
      expect({ code, stderr }).toMatchObject({
        code: more.length === 0 ? 1 : 2,
        stderr: expect.stringMatching(/^error: .*\n$/),
      });
      expect(readdirSync(folder).map((name) => [name, readFileSync(path(name)).toString("hex")])).toEqual(
        before,
      );
    }
    database.close();
    expect((await server.requests()).length).toBe(0);
    const again = new DatabaseSync(path("m.sqlite"));
    expect(again.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    again.close();
  });

  it("is none if only its WAL has such a name, which stays", async () => {
    const { run, path, text, server } = await exportFolder({ items: 30 });
    writeFileSync(path("m.sqlite"), "no database\n");
    writeFileSync(path("m.sqlite-wal"), "mine\n");
    expect(await run(["export", "models", "-o", "m.sqlite", "--overwrite"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("because m.sqlite-wal is in the way"),
    });
    expect(text("m.sqlite-wal")).toBe("mine\n");
    expect((await server.requests()).length).toBe(0);
  });

  it("leaves nothing that damages the one that replaces it", async () => {
    const { run, path, folder } = await exportFolder({ items: 30 });
    const database = openWAL(path("m.sqlite"));
    expect(existsSync(path("m.sqlite-wal"))).toBe(true);
    expect(await run(["export", "models", "-o", "m.sqlite", "--overwrite"])).toMatchObject({ code: 0 });
    expect(readdirSync(folder).toSorted()).toEqual(["m.sqlite", "m.sqlite.manifest.json"]);
    database.close();
    const replaced = new DatabaseSync(path("m.sqlite"), { readOnly: true });
    expect(replaced.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    replaced.close();
    expect(await run(["verify", "m.sqlite"])).toMatchObject({ code: 0 });
  });
});
