import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { Ended } from "../../scripts/run-pageturn.ts";
import { type ExportFolder, exportFolder } from "./export-folder.ts";

/** What another program does to a file. */
type Act = (path: string) => void;

/** Puts another file in place of one, as `sed -i` and editors do. */
const edit: Act = (path) => {
  writeFileSync(`${path}.edited`, readFileSync(path, "utf8").replaceAll('"id"', '"identity"'));
  renameSync(`${path}.edited`, path);
};
const copy: Act = (path) => {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
};
const cut: Act = (path) => truncateSync(path, 0);
const remove: Act = (path) => rmSync(path);
const move: Act = (path) => renameSync(path, `${path}.moved`);
const replace: Act = (path) => {
  rmSync(path);
  writeFileSync(path, "mine\n");
};

/** Runs an export of 200 pages that commits about once a second, and lets another program act on a file after the first commit. */
async function actedOn(
  folder: ExportFolder,
  args: readonly string[],
  { act, name }: { act: Act; name: string },
): Promise<Ended & { readonly left: Buffer | undefined }> {
  const before = (await folder.server.requests()).length;
  let left: Buffer | undefined;
  const acting: Promise<void>[] = [];
  const ended = await folder.run(args, {
    onStart: () => {
      acting.push(
        (async () => {
          while ((await folder.server.requests()).length - before < 40)
            await new Promise((resolve) => setTimeout(resolve, 10));
          act(folder.path(name));
          left = content(folder.path(name));
        })(),
      );
    },
  });
  await Promise.all(acting);
  return { ...ended, left };
}

function content(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}

const CHANGED = "changed it: rename it, and start again with --overwrite";
const GONE =
  "removed or renamed it: put it back and repeat the command with --resume, or start again with --overwrite";

describe("an export whose file another program changes", () => {
  it.each([
    ["jsonl", "edits", edit, CHANGED],
    ["jsonl", "moves", move, GONE],
    ["jsonl.gz", "cuts", cut, CHANGED],
    ["csv", "cuts", cut, CHANGED],
    ["csv", "replaces", replace, CHANGED],
    ["parquet", "edits", edit, CHANGED],
    ["parquet", "removes", remove, GONE],
    ["sqlite", "copies", copy, CHANGED],
    ["sqlite", "removes", remove, GONE],
  ] as const)("is not complete: %s, %s", async (format, _, act, why) => {
    const folder = await exportFolder({ items: { models: 4000 }, latencyMs: 40 });
    const { run, path, json } = folder;
    const file = `m.${format}`;
    const name = format === "parquet" ? `${file}.rows.jsonl` : file;
    const args = ["export", "models", "-o", file];
    const { code, stderr, left } = await actedOn(folder, [...args, "--page-size", "20"], { act, name });
    expect({ code, stderr: stderr.split("\n").filter((line) => !/^\d/.test(line)) }).toEqual({
      code: 1,
      stderr: [`error: Cannot go on with ${name} because another program has ${why}`, ""],
    });
    expect(content(path(name))?.equals(left ?? Buffer.alloc(0))).toBe(left === undefined ? undefined : true);
    expect(existsSync(path(`${file}.manifest.json`))).toBe(false);
    if (act === move) renameSync(path(`${name}.moved`), path(name));
    const resumed = await run([...args, "--resume"]);
    // A database has its state in it.
    const isWhole = act === move || format === "sqlite";
    expect(resumed).toMatchObject({ code: isWhole ? 0 : 1 });
    if (!isWhole) {
      if (existsSync(path(name))) renameSync(path(name), path("mine"));
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
    }
    expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 4000, outcome: { complete: true } });
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
  });

  it.each(["jsonl", "parquet"])("does not replace the old file: %s", async (format) => {
    const folder = await exportFolder({ items: { models: 4000 }, latencyMs: 40 });
    const { run, path, json } = folder;
    const file = `m.${format}`;
    const args = ["export", "models", "-o", file];
    expect(await run([...args, "--max-items", "40"])).toMatchObject({ code: 0 });
    const old = readFileSync(path(file));
    const more = [...args, "--overwrite"];
    const name = format === "parquet" ? `${file}.new.rows.jsonl` : `${file}.new`;
    const { code, stderr, left } = await actedOn(folder, [...more, "--page-size", "20"], { act: edit, name });
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `error: Cannot go on with ${name} because another program has ${CHANGED}\n`,
      ),
    });
    expect(readFileSync(path(file)).equals(old)).toBe(true);
    expect(content(path(name))).toEqual(left);
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
    renameSync(path(name), path("mine"));
    expect(await run(more)).toMatchObject({ code: 0 });
    expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 4000, outcome: { complete: true } });
  });

  it.each(["jsonl", "parquet"])(
    "does not remove a file of the user when it has no row: %s",
    async (format) => {
      const folder = await exportFolder({ items: { models: 30 } });
      const { run, server, path } = folder;
      const file = `m.${format}`;
      await server.setScript([{ fault: "never", times: "always" }]);
      const ended = await run(["export", "models", "-o", file], {
        onStart: async (child) => {
          while ((await server.requests()).length === 0)
            await new Promise((resolve) => setTimeout(resolve, 10));
          rmSync(path(file), { force: true });
          writeFileSync(path(file), "mine\n");
          child.kill("SIGINT");
        },
      });
      expect(ended).toMatchObject({ code: 130 });
      expect(readFileSync(path(file), "utf8")).toBe("mine\n");
    },
  );
});

describe("a database whose table was changed", () => {
  it.each([
    ["DELETE FROM items WHERE _row IN (3, 4)", "28 rows"],
    ["INSERT INTO items (_raw) VALUES ('{}')", "31 rows"],
    ["DROP TABLE items", "0 rows"],
  ])("is not gone on with: %s", async (sql, found) => {
    const { run, server, path, json } = await exportFolder({ items: { models: 95 } });
    const args = ["export", "models", "-o", "m.sqlite"];
    expect(await run([...args, "--max-items", "30"])).toMatchObject({ code: 0 });
    const database = new DatabaseSync(path("m.sqlite"));
    database.exec(sql);
    database.close();
    const before = readFileSync(path("m.sqlite"));
    const requests = (await server.requests()).length;
    const { code, stderr } = await run([...args, "--resume"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        `error: Cannot resume m.sqlite because its table items has ${found} and had 30 rows when its checkpoint was written: ` +
        "put that one back, or start again with --overwrite\n",
    });
    expect(readFileSync(path("m.sqlite")).equals(before)).toBe(true);
    expect((await server.requests()).length).toBe(requests);
    expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
    expect(json("m.sqlite.manifest.json")).toMatchObject({ rows: 95 });
  });
});

describe("rows that cannot be read back", () => {
  it.each([["jsonl.gz"], ["jsonl.zst"], ["parquet"]] as const)(
    "are named with what to do: %s",
    async (format) => {
      const { run, server, path, json } = await exportFolder({ items: { models: 3000 } });
      const file = `m.${format}`;
      const name = format === "parquet" ? `${file}.rows.jsonl` : file;
      const args = ["export", "models", "--page-size", "1000", "-o", file];
      await server.setScript([{ fault: "status", status: 403, page: 3 }]);
      expect(await run(args)).toMatchObject({ code: 4 });
      // A hole, as it is there when a file was cut while it grew. The last 4 KiB are as they were.
      const bytes = readFileSync(path(name));
      expect(bytes.length).toBeGreaterThan(5000);
      writeFileSync(path(name), bytes.fill(0, 0, bytes.length - 4096));
      await server.setScript([]);
      const { code, stderr } = await run([...args, "--resume"]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `error: Cannot go on with ${name} because another program has ${CHANGED}\n`,
      });
      expect(existsSync(path(`${file}.manifest.json`))).toBe(false);
      renameSync(path(name), path("mine"));
      expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 3000 });
    },
  );
});
