import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportFolder, idsOf } from "./export-folder.ts";

const RANGE = ["--created-at-gte", "2026-09-29T12:00:00Z", "--created-at-lt", "2026-10-01T00:00:00Z"];

describe("pageturn export --split-by", () => {
  it("writes a file and a manifest for each day, and goes on after an error", async () => {
    const { run, server, folder, text, json } = await exportFolder({
      items: { "compliance.activities": 4000 },
    });
    const list = ["export", "compliance.activities", ...RANGE];
    expect(await run([...list, "-o", "all.jsonl"])).toMatchObject({ code: 0 });
    await server.setScript([{ fault: "status", status: 403, page: 2 }]);
    const args = [...list, "--page-size", "500", "--split-by", "day", "-o", "a.jsonl"];
    expect((await run(args)).code).toBe(4);
    expect(await run(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("add --resume to go on, or --overwrite to begin again"),
    });
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(readdirSync(folder).filter((name) => /^a-.*jsonl$/.test(name))).toEqual([
      "a-2026-09-29.jsonl",
      "a-2026-09-30.jsonl",
    ]);
    // The list has its newest item first.
    expect([...idsOf(text("a-2026-09-30.jsonl")), ...idsOf(text("a-2026-09-29.jsonl"))]).toEqual(
      idsOf(text("all.jsonl")),
    );
    expect(json("a-2026-09-30.jsonl.manifest.json")).toMatchObject({
      rows: 1440,
      parameters: { "created_at.gte": "2026-09-30T00:00:00Z", "created_at.lt": "2026-10-01T00:00:00Z" },
    });
    expect(await run(["verify", "a-2026-09-29.jsonl", "a-2026-09-30.jsonl"])).toMatchObject({ code: 0 });
    expect(await run(args)).toMatchObject({ code: 1, stderr: expect.stringContaining("exists already") });
  });
});

describe("pageturn export --split-by of totals", () => {
  it("says once that each file has those of its day", async () => {
    const { run, folder } = await exportFolder({ items: 3 });
    const range = ["--starting-date", "2026-09-01", "--ending-date", "2026-09-03"];
    const args = ["export", "organization.analytics.users", ...range, "-o", "u.jsonl"];
    const note =
      "The rows of organization.analytics.users are totals over the range that is asked for: each file has those of its day.\n";
    const { code, stderr } = await run([...args, "--split-by", "day"]);
    expect({ code, times: stderr.split(note).length - 1 }).toEqual({ code: 0, times: 1 });
    expect(readdirSync(folder).filter((name) => /^u-.*\d\.jsonl$/.test(name)).length).toBe(2);
    expect(await run([...args, "--split-by", "day", "--resume", "--quiet"])).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect((await run(args)).stderr).not.toContain("totals");
    const days = ["--created-at-gte", "2026-09-01", "--created-at-lt", "2026-09-02", "--split-by", "day"];
    expect((await run(["export", "compliance.activities", ...days, "-o", "a.jsonl"])).stderr).not.toContain(
      "totals",
    );
  });
});

describe("pageturn export --parallel", () => {
  it("writes the rows of one walk, also after errors", async () => {
    const { run, server, text, json } = await exportFolder({ items: { "compliance.activities": 4000 } });
    const list = ["export", "compliance.activities", ...RANGE, "--page-size", "100"];
    expect(await run([...list, "-o", "one.jsonl"])).toMatchObject({ code: 0 });
    expect(await run([...list, "-o", "whole.jsonl", "--parallel", "4"])).toMatchObject({ code: 0 });
    expect(text("whole.jsonl")).toBe(text("one.jsonl"));
    await server.setScript([{ fault: "status", status: 403, request: 9 }]);
    const args = [...list, "-o", "p.jsonl", "--parallel", "4"];
    expect((await run(args)).code).toBe(4);
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(text("p.jsonl")).toBe(text("one.jsonl"));
    expect(json("p.jsonl.manifest.json")).toMatchObject({ rows: 2160, outcome: { complete: true } });
    expect(await run([...list, "-o", "few.jsonl", "--parallel", "4", "--max-items", "250"])).toMatchObject({
      code: 0,
    });
    expect(text("one.jsonl").startsWith(text("few.jsonl"))).toBe(true);
    expect(idsOf(text("few.jsonl")).length).toBe(250);
  });

  it("says which lists it cannot do so with", async () => {
    const { run } = await exportFolder({ items: 3 });
    const models = await run(["export", "models", "-o", "m.jsonl", "--parallel", "4"]);
    expect(models).toMatchObject({ code: 2, stderr: expect.stringContaining("it has no range of time") });
    const activities = await run(["export", "compliance.activities", "-o", "m.jsonl", "--parallel", "4"]);
    expect(activities).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("without --created-at-gte"),
    });
    const users = [
      "export",
      "organization.analytics.users",
      "--starting-date",
      "2026-09-01",
      "--ending-date",
      "2026-09-03",
    ];
    const totals = await run([...users, "-o", "m.jsonl", "--parallel", "4"]);
    expect(totals).toMatchObject({ code: 2, stderr: expect.stringContaining("totals") });
  });
});
