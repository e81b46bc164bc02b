import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readManifest } from "../../src/export/manifest.ts";
import { rowsDigest } from "../../src/export/rows-digest.ts";
import { clockAt, type ExportFolder, exportFolder, idsOf, killAt } from "./export-folder.ts";

const LIST = ["export", "compliance.activities"];
const daysOf = (pageSize: number) => [
  ...LIST,
  "--page-size",
  String(pageSize),
  "--split-by",
  "day",
  "-o",
  "m.jsonl",
];
const DAYS = daysOf(500);
/** The items are a minute apart, the newest is at the begin of 2026-10-01. */
const THREE = ["--created-at-gte", "2026-09-28T00:00:00Z", "--created-at-lt", "2026-10-01T00:00:00Z"];
const files = (...days: readonly number[]) => days.map((day) => `m-2026-09-${day}.jsonl`);

async function activities(count = 5000): Promise<ExportFolder> {
  return exportFolder({ items: { "compliance.activities": count } });
}

/** The names in the folder, without files of the test. */
function names({ folder }: ExportFolder): readonly string[] {
  return readdirSync(folder).toSorted();
}

/** Expects files that are finished, and nothing else. */
async function expectDays(folder: ExportFolder, days: readonly number[]): Promise<void> {
  const expected = files(...days).flatMap((file) => [file, `${file}.manifest.json`]);
  expect(names(folder)).toEqual(expected);
  expect(await folder.run(["verify", ...files(...days)])).toMatchObject({ code: 0 });
}

describe("pageturn export --split-by", () => {
  it("goes on another day with the times of the first command", async () => {
    const folder = await activities();
    const { run, server, text, json } = folder;
    const args = [...DAYS, "--created-at-gte", "-2d"];
    await server.setScript([{ fault: "status", status: 403, request: 5 }]);
    const first = await run(args, { nodeOptions: clockAt("2026-10-01T13:59:20Z") });
    expect(first).toMatchObject({ code: 4, stderr: expect.stringContaining("Go on with: pageturn ") });
    expect(json("m.jsonl.split.json")).toMatchObject({ v: 1, by: "day", mode: "new", done: 1 });
    await server.setScript([]);
    const resumed = await run([...args, "--resume"], { nodeOptions: clockAt("2026-10-03T09:00:00Z") });
    expect(resumed).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/range of the first command.*\n$/),
    });
    await expectDays(folder, [29, 30]);
    expect(files(29, 30).map((file) => idsOf(text(file)).length)).toEqual([1440, 1440]);
  });

  it.each([
    ["compliance.activities", "--created-at-gte"],
    ["beta.dreams", "--created-at-gt"],
    ["beta.agents", "--created-at-gte"],
  ])("begins with a whole day each day, if the start is a number of days: %s", async (list, option) => {
    const folder = await exportFolder({ items: { [list]: 5000 } });
    const { run } = folder;
    const args = daysOf(100)
      .map((arg) => (arg === LIST[1] ? list : arg))
      .concat(option, "-2d", "--resume");
    expect(await run(args, { nodeOptions: clockAt("2026-09-30T12:00:00Z") })).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29]);
    expect(await run(args, { nodeOptions: clockAt("2026-10-01T09:00:00Z") })).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
  });

  it("goes on when the range of the command would have no whole day by now", async () => {
    const folder = await activities(1000);
    const { run, server, text } = folder;
    const args = [...daysOf(100), "--created-at-gte", "-12h"];
    await server.setScript([{ fault: "status", status: 403, request: 3 }]);
    expect(await run(args, { nodeOptions: clockAt("2026-10-01T05:59:20Z") })).toMatchObject({ code: 4 });
    const later = { nodeOptions: clockAt("2026-10-01T14:00:00Z") };
    expect(await run([...args, "--resume"], later)).toMatchObject({ code: 0 });
    await expectDays(folder, [30]);
    expect(idsOf(text("m-2026-09-30.jsonl")).length).toBe(360);
    expect(await run([...args, "--resume"], later)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("because no whole day has passed since 2026-10-01T02:00:"),
    });
  });

  it("does not take a part of a day for the day", async () => {
    const folder = await activities();
    const { run, server, text } = folder;
    const args = [...DAYS, "--created-at-gte", "2026-09-29", "--created-at-lt", "now", "--resume"];
    expect(await run(args, { nodeOptions: clockAt("2026-09-30T12:00:00Z") })).toMatchObject({ code: 0 });
    const before = [names(folder), text("m-2026-09-30.jsonl"), (await server.requests()).length];
    expect(await run(args, { nodeOptions: clockAt("2026-10-01T12:00:00Z") })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: Cannot resume m-2026-09-30\.jsonl because .*: it has --created-at-lt 2026-09-30T12:00:0\dZ, and this command has --created-at-lt 2026-10-01T00:00:00Z\. Rename or remove it, or name another output\n$/,
      ),
    });
    expect([names(folder), text("m-2026-09-30.jsonl"), (await server.requests()).length]).toEqual(before);
  });

  it("extends the files day by day with --resume", async () => {
    const folder = await activities();
    const { run, json } = folder;
    const args = [...DAYS, "--created-at-gte", "2026-09-28", "--resume"];
    expect(await run(args, { nodeOptions: clockAt("2026-09-30T12:00:00Z") })).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29]);
    const before = json("m-2026-09-29.jsonl.manifest.json");
    expect(await run(args, { nodeOptions: clockAt("2026-10-01T12:00:00Z") })).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
    expect(json("m-2026-09-29.jsonl.manifest.json")).toEqual(before);
  });

  it("refuses other filters, another period, and a command that does not say how to go on", async () => {
    const folder = await activities();
    const { run, server } = folder;
    await server.setScript([{ fault: "status", status: 403, request: 5 }]);
    expect(await run([...DAYS, ...THREE])).toMatchObject({ code: 4 });
    const before = (await server.requests()).length;
    const refused = async (code: number, args: readonly string[], text: string) =>
      expect(await run(args)).toMatchObject({ code, stderr: expect.stringContaining(text) });
    await refused(1, [...DAYS, ...THREE], "m.jsonl.split.json says that such an export was begun on 2026-");
    await refused(
      2,
      [...DAYS, ...THREE.slice(0, 2), "--resume"],
      "it has --created-at-lt 2026-10-01T00:00:00Z, and this command has --created-at-lt ",
    );
    await refused(2, [...DAYS, ...THREE, "--resume", "--fields", "id"], "it has no --fields");
    const month = DAYS.map((arg) => (arg === "day" ? "month" : arg));
    await refused(2, [...month, ...THREE, "--resume"], "it has --split-by day");
    expect((await server.requests()).length).toBe(before);
    // Written in another way, they are the same.
    const other = ["--created-at-gte", "2026-09-28", "--created-at-lt=2026-10-01"];
    expect(await run([...DAYS, ...other, "--resume"])).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
  });

  it.each([["new"], ["--overwrite"], ["--resume"]])(
    "leaves nothing if the first page fails: %s",
    async (mode) => {
      const folder = await activities();
      const { run, server, text } = folder;
      const args = [...DAYS, ...THREE, ...(mode === "new" ? [] : [mode])];
      if (mode === "--overwrite") expect(await run([...DAYS, ...THREE])).toMatchObject({ code: 0 });
      const before = [names(folder), ...names(folder).map((name) => text(name))];
      await server.setScript([{ fault: "status", status: 401, times: 2 }]);
      for (let count = 0; count < 2; count += 1) {
        const failed = await run(args);
        expect(failed).toMatchObject({ code: 4, stderr: expect.not.stringContaining("Go on with") });
        expect([names(folder), ...names(folder).map((name) => text(name))]).toEqual(before);
      }
      expect(await run(args)).toMatchObject({ code: 0 });
      await expectDays(folder, [28, 29, 30]);
    },
  );

  it("makes all files new, also those that had not begun when it was interrupted", async () => {
    const folder = await activities();
    const { run, server, json } = folder;
    const args = [...DAYS, ...THREE];
    const starts = () => files(28, 29, 30).map((file) => json(`${file}.manifest.json`)["startedAt"]);
    expect(await run(args)).toMatchObject({ code: 0 });
    const old = starts();
    // In the second file, first before and then after its first page.
    for (const request of [4, 5]) {
      await server.setScript([{ fault: "status", status: 403, request }]);
      const failed = await run([...args, "--overwrite"]);
      expect(failed).toMatchObject({ code: 4, stderr: expect.stringContaining("Go on with:") });
      expect(json("m.jsonl.split.json")).toMatchObject({ mode: "overwrite", done: 1 });
      expect(await run(["verify", ...files(28, 29, 30)])).toMatchObject({ code: 0 });
    }
    await server.setScript([{ fault: "status", status: 403, page: 1 }]);
    expect(await run([...args, "--resume"])).toMatchObject({ code: 4 });
    await server.setScript([]);
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
    for (const [index, started] of starts().entries()) expect(started).not.toBe(old[index]);
    expect(new Set(starts()).size).toBe(1);
  });

  it("begins a new file again that an older command has begun", async () => {
    const folder = await activities();
    const { run, server, text } = folder;
    const args = [...DAYS, ...THREE];
    expect(await run(args)).toMatchObject({ code: 0 });
    // The second file has one page.
    await server.setScript([{ fault: "status", status: 403, request: 5 }]);
    expect(await run([...args, "--overwrite"])).toMatchObject({ code: 4 });
    const [first = ""] = idsOf(text("m-2026-09-29.jsonl"));
    await server.setScript([]);
    await server.mutate("/v1/compliance/activities", { update: { [first]: { type: "changed" } } });
    await server.setScript([{ fault: "status", status: 403, request: 4 }]);
    expect(await run([...args, "--overwrite"])).toMatchObject({ code: 4 });
    await server.setScript([]);
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
    expect(text("m-2026-09-29.jsonl")).toContain('"changed"');
  });

  it("exports the other files of a list that is incomplete in one of them, and goes on with that one", async () => {
    const folder = await exportFolder({ items: { "beta.sessions": 4000 } });
    const { run, server, json } = folder;
    const fields = { has_more: false, next_page: "page_x" };
    await server.setScript([{ fault: "setFields", fields, request: 4 }]);
    const args = DAYS.map((arg) => (arg === LIST[1] ? "beta.sessions" : arg)).concat(THREE);
    expect(await run(args)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("The list is incomplete"),
    });
    for (const [day, complete] of [
      [28, true],
      [29, false],
      [30, true],
    ] as const)
      expect(json(`m-2026-09-${day}.jsonl.manifest.json`)).toMatchObject({ outcome: { complete } });
    expect(await run(args)).toMatchObject({ code: 1 });
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
  });

  it("asks again for a page that lacked its items, and exports the files of later days, too", async () => {
    const folder = await activities();
    const { run, server, json, text } = folder;
    const args = [...DAYS, "--created-at-gte", "-2d", "--resume"];
    const lack = { fault: "dropFields", names: ["data"] } as const;
    await server.setScript([{ ...lack, request: 2 }]);
    const first = await run(args, { nodeOptions: clockAt("2026-09-30T12:00:00Z") });
    expect(first).toMatchObject({ code: 3 });
    expect(first.stderr).toContain("\nAsk for what is missing with --resume.\n");
    expect(names(folder)).not.toContain("m.jsonl.split.json");
    const lacking = { rows: 500, outcome: { complete: false, incompleteBecause: "noItems" } };
    expect(json("m-2026-09-28.jsonl.manifest.json")).toMatchObject(lacking);
    const rows = text("m-2026-09-28.jsonl");
    expect(json("m-2026-09-29.jsonl.manifest.json")).toMatchObject({ outcome: { complete: true } });
    // It lacks items again, which changes no row.
    await server.setScript([{ ...lack, request: 1 }]);
    const tomorrow = { nodeOptions: clockAt("2026-09-30T12:00:00Z") };
    expect(await run(args, tomorrow)).toMatchObject({ code: 3 });
    expect(json("m-2026-09-28.jsonl.manifest.json")).toMatchObject(lacking);
    expect(text("m-2026-09-28.jsonl")).toBe(rows);
    expect(await run(args, tomorrow)).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29]);
    expect(text("m-2026-09-28.jsonl").startsWith(rows)).toBe(true);
    const later = { nodeOptions: clockAt("2026-10-01T12:00:00Z") };
    expect(await run(args, later)).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
  });

  it("does not go on with a file that lacks items for another range", async () => {
    const folder = await activities();
    const { run, server, text } = folder;
    await server.setScript([{ fault: "dropFields", names: ["data"], request: 1 }]);
    const part = ["--created-at-gte", "2026-09-29T12:00:00Z", "--created-at-lt", "2026-09-30"];
    expect(await run([...DAYS, ...part])).toMatchObject({ code: 3 });
    const before = text("m-2026-09-29.jsonl");
    expect(await run([...DAYS, ...THREE, "--resume"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Cannot resume m.jsonl because it was begun with other parameters"),
    });
    expect(text("m-2026-09-29.jsonl")).toBe(before);
  });

  it("names the files to remove if the place to go on from is gone, and goes on without them", async () => {
    for (const mode of ["new", "overwrite"]) {
      const folder = await exportFolder({ items: { "beta.sessions": 4000 } });
      const { run, server, path } = folder;
      const args = daysOf(100)
        .map((arg) => (arg === LIST[1] ? "beta.sessions" : arg))
        .concat(THREE);
      if (mode === "overwrite") expect(await run(args)).toMatchObject({ code: 0 });
      await server.setScript([{ fault: "status", status: 403, request: 18 }]);
      const failed = await run(mode === "overwrite" ? [...args, "--overwrite"] : args);
      expect(failed).toMatchObject({ code: 4 });
      await server.setScript([{ fault: "cursorExpired", request: 1 }]);
      const { stderr, code } = await run([...args, "--resume"]);
      expect(code).toBe(1);
      const end = mode === "overwrite" ? ".new" : "";
      const file = `m-2026-09-29.jsonl${end}`;
      expect(stderr).toContain(
        `The place to go on from is gone. Remove ${file} and ${file}.checkpoint.json. Go on with: pageturn `,
      );
      for (const name of [file, `${file}.checkpoint.json`]) rmSync(path(name));
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      await expectDays(folder, [28, 29, 30]);
    }
  });

  it.each(["beta.agents", "beta.memory_stores"])(
    "has each item in one file where a range includes its end, with and without a named end: %s",
    async (list) => {
      const folder = await exportFolder({ items: { [list]: 3000 } });
      const { run, text, json, path } = folder;
      const args = daysOf(100)
        .map((arg) => (arg === LIST[1] ? list : arg))
        .concat(THREE.slice(0, 2));
      const at = { nodeOptions: clockAt("2026-09-30T12:00:00Z") };
      const named = ["--created-at-lte", "2026-09-30T00:00:00Z"];
      const timesIn = (file: string) =>
        text(file)
          .trimEnd()
          .split("\n")
          .map((line): { created_at: string } => JSON.parse(line))
          .map(({ created_at }) => created_at);
      for (const [first, second] of [
        [[], named],
        [named, []],
      ] as const) {
        expect(await run([...args, ...first, "--resume"], at)).toMatchObject({ code: 0 });
        expect(await run([...args, ...second, "--resume"], at)).toMatchObject({ code: 0 });
        // The instant that was named is in the file of its day.
        expect(names(folder).filter((name) => name.endsWith(".jsonl"))).toEqual(files(28, 29, 30));
        const all = files(28, 29, 30).flatMap((file) => idsOf(text(file)));
        expect(new Set(all).size).toBe(all.length);
        for (const day of [28, 29])
          for (const time of timesIn(`m-2026-09-${day}.jsonl`)) expect(time).toMatch(`2026-09-${day}`);
        expect(timesIn("m-2026-09-30.jsonl")).toEqual(["2026-09-30T00:00:00Z"]);
        expect(json("m-2026-09-29.jsonl.manifest.json")).toMatchObject({ rows: 1152 });
        for (const name of names(folder)) rmSync(path(name));
      }
    },
  );

  it("keeps the record of an export, if one that replaces it gets no answer", async () => {
    const folder = await activities();
    const { run, server, text } = folder;
    await server.setScript([{ fault: "status", status: 403, request: 5 }]);
    expect(await run([...DAYS, ...THREE])).toMatchObject({ code: 4 });
    const record = text("m.jsonl.split.json");
    const other = [...DAYS, "--created-at-gte", "2026-09-28", "--created-at-lt", "2026-09-30", "--overwrite"];
    await server.setScript([{ fault: "status", status: 401, times: "always" }]);
    const failed = await run(other);
    expect(failed).toMatchObject({ code: 4, stderr: expect.not.stringContaining("Go on with") });
    expect(text("m.jsonl.split.json")).toBe(record);
    await server.setScript([]);
    expect(await run([...DAYS, ...THREE, "--resume"])).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
  });

  it("does not take an old file for the new one, whose list was incomplete", async () => {
    const folder = await exportFolder({ items: { "beta.sessions": 4000 } });
    const { run, server, json, path } = folder;
    const args = DAYS.map((arg) => (arg === LIST[1] ? "beta.sessions" : arg)).concat(THREE);
    const started = (day: number) => json(`m-2026-09-${day}.jsonl.manifest.json`)["startedAt"];
    expect(await run(args)).toMatchObject({ code: 0 });
    const old = started(29);
    const fields = { has_more: false, next_page: "page_x" };
    await server.setScript([{ fault: "setFields", fields, request: 4 }]);
    expect(await run([...args, "--overwrite"])).toMatchObject({ code: 3 });
    for (const end of [".new", ".new.checkpoint.json"]) rmSync(path(`m-2026-09-29.jsonl${end}`));
    await server.setScript([]);
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(started(29)).not.toBe(old);
    expect(started(29)).toBe(started(30));
    await expectDays(folder, [28, 29, 30]);
  });

  it("goes on with the range of the first command while a file is incomplete, if its end is relative", async () => {
    const folder = await activities();
    const { run, server } = folder;
    const args = [...DAYS, "--created-at-gte", "2026-09-29", "--created-at-lt", "now"];
    await server.setScript([{ fault: "dropFields", names: ["data"], request: 2 }]);
    expect(await run(args, { nodeOptions: clockAt("2026-09-30T12:00:00Z") })).toMatchObject({ code: 3 });
    const later = { nodeOptions: clockAt("2026-09-30T13:00:00Z") };
    expect(await run([...args, "--resume"], later)).toMatchObject({ code: 0 });
    await expectDays(folder, [29, 30]);
  });

  it("takes whether the end was named from the record", async () => {
    const folder = await exportFolder({ items: { "beta.agents": 3000 } });
    const { run, server } = folder;
    const args = daysOf(100)
      .map((arg) => (arg === LIST[1] ? "beta.agents" : arg))
      .concat(THREE.slice(0, 2));
    const at = { nodeOptions: clockAt("2026-09-30T12:00:00Z") };
    await server.setScript([{ fault: "status", status: 403, page: 2 }]);
    expect(await run(args, at)).toMatchObject({ code: 4 });
    await server.setScript([]);
    const resumed = await run([...args, "--created-at-lte", "2026-09-30", "--resume"], at);
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining("range of the first command") });
    await expectDays(folder, [28, 29]);
  });

  it("leaves a record that is damaged, or of the user, as it is", async () => {
    const folder = await activities(2000);
    const { run, server, path, text, json } = folder;
    await server.setScript([{ fault: "status", status: 403, page: 2 }]);
    expect(await run([...DAYS, ...THREE])).toMatchObject({ code: 4 });
    const record = json("m.jsonl.split.json");
    const before = (await server.requests()).length;
    const damaged = [
      "mine\n",
      "",
      "[]",
      ...[{ v: 2 }, { by: "week" }, { mode: 1 }, { done: -1 }, { identity: {} }, { startedAt: null }].map(
        (change) => JSON.stringify({ ...record, ...change }),
      ),
    ];
    for (const content of damaged) {
      writeFileSync(path("m.jsonl.split.json"), content);
      const rest = names(folder);
      for (const more of [[], ["--resume"], ["--overwrite"]]) {
        expect(await run([...DAYS, ...THREE, ...more]), content).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(
            /^error: Cannot use m\.jsonl\.split\.json because it is damaged, or of another version: .*\. Rename or remove it, and start again with --overwrite\n$/,
          ),
        });
      }
      expect(text("m.jsonl.split.json")).toBe(content);
      expect(names(folder)).toEqual(rest);
    }
    expect((await server.requests()).length).toBe(before);
  });

  it("refuses bounds that do not divide into days, and names those that do", async () => {
    const { run, server } = await activities(10);
    const gte = ["--created-at-gte", "2026-09-28"];
    for (const way of [
      ["--split-by", "day"],
      ["--parallel", "2"],
    ]) {
      const refused = async (args: readonly string[], text: string) =>
        expect(await run([...LIST, "-o", "m.jsonl", ...way, ...args])).toMatchObject({
          code: 2,
          stderr: `error: Cannot use ${text}\n`,
        });
      const needs = `with ${way[0]} because ${way[0]} needs the range as --created-at-gte and --created-at-lt: use`;
      await refused(
        [...gte, "--created-at-lte", "2026-10-01"],
        `--created-at-lte ${needs} --created-at-lt instead`,
      );
      await refused(["--created-at-gt", "2026-09-28"], `--created-at-gt ${needs} --created-at-gte instead`);
    }
    expect((await server.requests()).length).toBe(0);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("goes on after %s in the second file", async (signal) => {
    const folder = await activities();
    const { run, server } = folder;
    await server.setScript([{ fault: "never", request: 5 }]);
    const args = [...DAYS, ...THREE];
    const ended = await run(args, {
      onStart: async (child) => {
        while ((await server.requests()).length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
        setTimeout(() => child.kill(signal), 100);
      },
    });
    expect(ended).toMatchObject({ code: signal === "SIGINT" ? 130 : 143 });
    expect(ended.stderr).toContain(`Go on with: pageturn ${args.join(" ")} --resume\n`);
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    await expectDays(folder, [28, 29, 30]);
  });
});

describe("an export of several files", () => {
  it.each(["new", "overwrite"] as const)(
    "can be killed before each step that changes a file: %s",
    async (mode) => {
      const folder = await activities(2881);
      const { run, server, text, path, json } = folder;
      const args = [...daysOf(1000), ...THREE.slice(2), "--created-at-gte", "2026-09-29"];
      expect(await run(args)).toMatchObject({ code: 0 });
      const both = files(29, 30);
      const old = names(folder).map((name) => [name, readFileSync(path(name))] as const);
      const changed = both.map((file) => idsOf(text(file))[3] ?? "");
      await server.mutate("/v1/compliance/activities", {
        update: Object.fromEntries(changed.map((id) => [id, { type: "changed" }])),
      });
      const isNew = (file: string) => text(file).includes('"changed"');
      for (let count = 1; ; count += 1) {
        for (const name of names(folder)) rmSync(path(name));
        if (mode === "overwrite") for (const [name, bytes] of old) writeFileSync(path(name), bytes);
        const ended = await run(mode === "overwrite" ? [...args, "--overwrite"] : args, {
          nodeOptions: killAt(count),
        });
        if (ended.signal !== "SIGKILL") {
          expect(ended).toMatchObject({ code: 0 });
          expect(count).toBeGreaterThan(30);
          break;
        }
        if (mode === "overwrite") {
          for (const file of both) {
            const manifest = await readManifest(path(file));
            expect(await rowsDigest(path(file), "jsonl"), `step ${count}`).toMatchObject({
              sha256: manifest?.sha256,
            });
          }
        }
        const hasBegun =
          existsSync(path("m.jsonl.split.json")) ||
          both.some((file) => existsSync(path(file)) && isNew(file));
        const again = await run([...args, hasBegun || mode === "new" ? "--resume" : "--overwrite"]);
        expect(again, `step ${count}`).toMatchObject({ code: 0 });
        expect(names(folder), `step ${count}`).toEqual(old.map(([name]) => name));
        for (const file of both) {
          expect(isNew(file), `step ${count}`).toBe(true);
          expect(new Set(idsOf(text(file))).size).toBe(1440);
          expect(idsOf(text(file)).length).toBe(1440);
          expect(json(`${file}.manifest.json`)).toMatchObject({
            ...(await rowsDigest(path(file), "jsonl")),
            rows: 1440,
          });
        }
      }
    },
    400_000,
  );
});
