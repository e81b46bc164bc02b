import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder } from "./export-folder.ts";

/** An export that has ended in the middle of its list. */
async function failedExport(file: string, more: readonly string[] = []): Promise<ExportFolder> {
  const folder = await exportFolder({ items: { models: 95 } });
  await folder.server.setScript([{ fault: "status", status: 403, page: 3 }]);
  expect((await folder.run(["export", "models", "--page-size", "20", "-o", file, ...more])).code).toBe(4);
  return folder;
}

/** Changes one member of a file of JSON: `a.b` is a member of a member. */
function changed(json: Record<string, unknown>, [path, value]: readonly [string, unknown]): string {
  const copy = structuredClone(json);
  const names = path.split(".");
  const last = names.pop() ?? "";
  let holder: unknown = copy;
  for (const name of names) holder = Reflect.get(Object(holder), name);
  Reflect.set(Object(holder), last, value);
  return JSON.stringify(copy);
}

const DAMAGES = [
  ["v", 2],
  ["identity", null],
  ["identity", []],
  ["identity.parameters", "none"],
  ["identity.typed", null],
  ["identity.typed", [1]],
  ["identity.fields", {}],
  ["identity.baseURL", null],
  ["identity.csvSafe", "yes"],
  ["identity.organization", 7],
  ["rows", "40"],
  ["rows", -1],
  ["pages", null],
  ["bytes", "many"],
  ["range", 7],
  ["checkpoint", "here"],
  ["checkpoint", []],
  ["keys", null],
  ["outcome", true],
  ["mark", 7],
  ["mark", { bytes: 5 }],
  ["made", null],
  ["outcome", { complete: "yes" }],
] as const;

describe("a state that is damaged", () => {
  it("is named with its rule and what to do, and nothing is lost", async () => {
    const { run, path, text, json, server } = await failedExport("m.jsonl");
    const state = json("m.jsonl.checkpoint.json");
    const whole = readFileSync(path("m.jsonl"));
    const requests = (await server.requests()).length;
    const texts = ["{", "null", "[]", "7", text("m.jsonl.checkpoint.json").slice(0, 300)];
    for (const damaged of [...texts, ...DAMAGES.map((damage) => changed(state, damage))]) {
      writeFileSync(path("m.jsonl.checkpoint.json"), damaged);
      const { code, stderr } = await run([
        "export",
        "models",
        "--page-size",
        "20",
        "-o",
        "m.jsonl",
        "--resume",
      ]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
          /^error: Cannot use m\.jsonl\.checkpoint\.json because it is damaged, or of another version: .*\. Rename or remove the file of the export with its checkpoint and its manifest, and export it again\n$/,
        ),
      });
      expect(text("m.jsonl.checkpoint.json")).toBe(damaged);
      expect(readFileSync(path("m.jsonl"))).toEqual(whole);
    }
    // It may be one of the user: --overwrite does not remove it.
    expect(await run(["export", "models", "-o", "m.jsonl", "--overwrite"])).toMatchObject({ code: 1 });
    expect(readFileSync(path("m.jsonl"))).toEqual(whole);
    expect((await server.requests()).length).toBe(requests);
    rmSync(path("m.jsonl.checkpoint.json"));
    expect(await run(["export", "models", "-o", "m.jsonl", "--overwrite"])).toMatchObject({ code: 0 });
    expect(await run(["export", "models", "-o", "m.jsonl", "--resume"])).toMatchObject({
      code: 0,
      stderr: "m.jsonl is finished: it has the whole list, 95 items.\n",
    });
  });

  it.each([
    ["checkpoint", {}],
    ["checkpoint", { v: 9 }],
    ["checkpoint.at", 7],
    ["checkpoint.offset", "x"],
    ["checkpoint.path", "/v1/files"],
    ["checkpoint.query", null],
  ])("with the checkpoint of a walk of a wrong shape: %s %j", async (name, value) => {
    const { run, path, json } = await failedExport("m.jsonl");
    writeFileSync(path("m.jsonl.checkpoint.json"), changed(json("m.jsonl.checkpoint.json"), [name, value]));
    const args = ["export", "models", "--page-size", "20", "-o", "m.jsonl"];
    const said = expect.stringMatching(
      /^error: Cannot use m\.jsonl\.checkpoint\.json because it is damaged, or of another version: its checkpoint cannot be resumed, as .*[^.]\. Rename or remove the file of the export with its checkpoint and its manifest, and export it again\n$/,
    );
    for (const more of [["--resume"], ["--resume", "--dry-run"]]) {
      const { code, stderr } = await run([...args, ...more]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: said });
      expect(json("m.jsonl.checkpoint.json")).toMatchObject({ rows: 40 });
    }
    expect(await run([...args, "--overwrite"])).toMatchObject({ code: 0 });
    expect(json("m.jsonl.manifest.json")).toMatchObject({ rows: 95 });
  });

  it.each(["m.jsonl.checkpoint.json", "m.jsonl.new.checkpoint.json"])(
    "is named where it is a folder: %s",
    async (name) => {
      const { run, path } = await exportFolder({ items: 3 });
      mkdirSync(path(name));
      for (const more of [[], ["--resume"], ["--overwrite"]])
        expect(await run(["export", "models", "-o", "m.jsonl", ...more])).toMatchObject({
          code: 1,
          stderr: `error: Cannot use ${name} because it is a folder: rename it, or choose another name for the export\n`,
        });
    },
  );

  it("with the checkpoint of a wrong shape, in a database, in slices, and of one of several files", async () => {
    const { run, path, json, server } = await exportFolder({ items: { "compliance.activities": 300 } });
    const args = ["export", "compliance.activities", "--page-size", "20", "-o"];
    const range = ["--created-at-gte", "2026-09-01", "--created-at-lt", "2026-10-01"];
    const said = (name: string) =>
      expect.stringMatching(
        new RegExp(`^error: Cannot use ${name} because it is damaged.*export it again\\n$`),
      );
    for (const [file, state, more] of [
      ["a.sqlite", "the table _export of a\\.sqlite", []],
      ["b.jsonl", "b\\.jsonl\\.checkpoint\\.json", ["--parallel", "2"]],
      ["c.csv", "c-2026-09\\.csv\\.checkpoint\\.json", ["--split-by", "month"]],
    ] as const) {
      const all = [...args, file, ...range, ...more];
      await server.setScript([{ fault: "status", status: 403, page: 2, times: "always" }]);
      expect(await run(all)).toMatchObject({ code: 4 });
      if (file === "a.sqlite") {
        const database = new DatabaseSync(path(file));
        database.exec("UPDATE _export SET state = json_set(state, '$.checkpoint', json('{}'))");
        database.close();
      } else {
        const name = state.replaceAll("\\", "");
        writeFileSync(path(name), changed(json(name), ["checkpoint", {}]));
      }
      await server.setScript([]);
      expect(await run([...all, "--resume"])).toMatchObject({ code: 1, stderr: said(state) });
      // What the message says to do.
      const written = file === "c.csv" ? "c-2026-09.csv" : file;
      for (const name of [written, `${written}.checkpoint.json`]) rmSync(path(name), { force: true });
      expect(await run([...all, "--resume"])).toMatchObject({ code: 0 });
      expect(json(`${written}.manifest.json`)).toMatchObject({ outcome: { complete: true } });
    }
  });

  it("in a database, and of a file that was to replace another one", async () => {
    const { run, path, text } = await failedExport("m.sqlite");
    const database = new DatabaseSync(path("m.sqlite"));
    database.exec("UPDATE _export SET state = '[]'");
    database.close();
    const args = ["export", "models", "--page-size", "20", "-o"];
    for (const more of [[], ["--resume"]])
      expect(await run([...args, "m.sqlite", ...more])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^error: Cannot use the table _export of m\.sqlite because it is damaged.*\n$/,
        ),
      });
    writeFileSync(path("m.jsonl"), "mine\n");
    writeFileSync(path("m.jsonl.new.checkpoint.json"), "{");
    for (const more of ["--resume", "--overwrite"])
      expect(await run([...args, "m.jsonl", more])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
          "Remove m.jsonl.new.checkpoint.json and m.jsonl.new, and start again with --overwrite\n",
        ),
      });
    expect(text("m.jsonl")).toBe("mine\n");
    // A database that was begun to replace another one.
    const replaced = await run([...args, "n.sqlite", "--max-items", "5"]);
    expect(replaced).toMatchObject({ code: 0 });
    copyFileSync(path("m.sqlite"), path("n.sqlite.new"));
    for (const more of ["--resume", "--overwrite"])
      expect(await run([...args, "n.sqlite", more])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("Remove n.sqlite.new, and start again with --overwrite\n"),
      });
  });
});

describe("a manifest that is damaged", () => {
  it("is named with its rule and what to do", async () => {
    const { run, path, json } = await exportFolder({ items: 30 });
    const args = ["export", "models", "-o", "m.jsonl"];
    expect((await run(args)).code).toBe(0);
    const whole = json("m.jsonl.manifest.json");
    const damages = [
      ["rows", null],
      ["outcome", []],
      ["parameters", null],
      ["versions", 1],
      ["format", "xml"],
    ] as const;
    for (const damaged of ["", "{", "null", "[]", ...damages.map((damage) => changed(whole, damage))]) {
      writeFileSync(path("m.jsonl.manifest.json"), damaged);
      expect(await run([...args, "--resume"])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^error: Cannot use m\.jsonl\.manifest\.json because it is damaged.*\n$/,
        ),
      });
      expect(await run(["verify", "m.jsonl"])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^error: .*\n$/),
      });
    }
  });
});

describe("pageturn export --resume", () => {
  it.each(["jsonl", "csv", "parquet", "sqlite"])(
    "does not call a file finished that was changed: %s",
    async (format) => {
      const { run, path, server } = await exportFolder({ items: 30 });
      const file = `m.${format}`;
      expect((await run(["export", "models", "-o", file])).code).toBe(0);
      const requests = (await server.requests()).length;
      const bytes = readFileSync(path(file));
      writeFileSync(path(file), Buffer.concat([bytes, Buffer.alloc(10, " ")]));
      const { code, stderr } = await run(["export", "models", "-o", file, "--resume"]);
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr:
          `error: ${file} is not as it was exported: it has ${bytes.length + 10} bytes and had ${bytes.length}, says ` +
          `${file}.manifest.json. Rename it, or start again with --overwrite\n`,
      });
      expect((await server.requests()).length).toBe(requests);
    },
  );

  it("takes no times from the manifest of a file that is gone", async () => {
    const { run, path, json } = await exportFolder({ items: { "compliance.activities": 30 } });
    const args = ["export", "compliance.activities", "--created-at-gte", "-3000d", "-o", "a.jsonl"];
    expect((await run(args)).code).toBe(0);
    const before = json("a.jsonl.manifest.json")["parameters"];
    rmSync(path("a.jsonl"));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await run([...args, "--resume"])).code).toBe(0);
    expect(json("a.jsonl.manifest.json")["parameters"]).not.toEqual(before);
  });

  it("does not mix the rows of two organizations, and keeps no credential of a URL", async () => {
    const { run, server, path } = await failedExport("m.jsonl", ["--workspace", "wrkspc_1"]);
    const args = ["export", "models", "--page-size", "20", "-o", "m.jsonl", "--resume"];
    const other = await run([...args, "--workspace", "wrkspc_2", "--api-version", "2023-01-01"]);
    expect(other).toMatchObject({ code: 2 });
    expect(other.stderr).toContain(
      "it has --workspace wrkspc_1, no --api-version, and this command has --workspace wrkspc_2, --api-version 2023-01-01.",
    );
    const elsewhere = await run([
      ...args,
      "--workspace",
      "wrkspc_1",
      "--base-url",
      "http://127.0.0.1:9/sub/",
    ]);
    expect(elsewhere.stderr).toContain(
      `it has --base-url ${server.url}, and this command has --base-url http://127.0.0.1:9/sub.`,
    );
    // The client takes no such URL, so none is kept.
    const env = { ANTHROPIC_BASE_URL: server.url.replace("//", "//user:hidden@") };
    const secret = await run(["export", "models", "-o", "s.jsonl"], { env });
    expect(secret).toMatchObject({ code: 2, stderr: expect.not.stringContaining("hidden") });
    expect(existsSync(path("s.jsonl.checkpoint.json"))).toBe(false);
  });

  it("says differences as they are typed", async () => {
    const folder = await exportFolder({ items: { "compliance.activities": 300 } });
    const args = ["export", "compliance.activities", "--page-size", "100", "-o", "a.csv"];
    await folder.server.setScript([{ fault: "status", status: 403, page: 2 }]);
    expect((await folder.run([...args, "--created-at-gte", "2026-09-01", "--csv-safe"])).code).toBe(4);
    const { stderr } = await folder.run([...args, "--created-at-lt", "2026-10-01", "--resume"]);
    expect(stderr).toContain(
      "it has --csv-safe, --created-at-gte 2026-09-01T00:00:00Z, no --created-at-lt, and this command has no --csv-safe, " +
        "no --created-at-gte, --created-at-lt 2026-10-01T00:00:00Z.",
    );
  });
});
