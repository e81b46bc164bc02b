import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder } from "./export-folder.ts";

/** Two keys of different organizations, and one of which the API says nothing. */
const KEYS = { one: "org-1", again: "org-1", other: "org-2", unknown: null } as const;

const keyed = (key: keyof typeof KEYS) => ({ env: { ANTHROPIC_API_KEY: key } });

async function keyedFolder(items: number): Promise<ExportFolder> {
  return exportFolder({ items, organizations: KEYS });
}

const REFUSED = (file: string) =>
  `error: Cannot resume ${file} because it was begun with a key of another organization: it has rows of org-1, and the key ` +
  "is of org-2. Use a key of the first one, or export to another file\n";

describe("the organization of an export", () => {
  it.each(["m.jsonl", "m.jsonl.zst", "m.csv", "m.parquet", "m.sqlite"])(
    "is kept, and a key of another one cannot go on: %s",
    async (file) => {
      const { run, server, path, json } = await keyedFolder(95);
      const args = ["export", "models", "--page-size", "20", "-o", file];
      await server.setScript([{ fault: "status", status: 403, page: 3 }]);
      expect(await run(args, keyed("one"))).toMatchObject({ code: 4 });
      const held = file === "m.parquet" ? `${file}.rows.jsonl` : file;
      const before = readFileSync(path(held));
      const { code, stderr } = await run([...args, "--resume"], keyed("other"));
      expect({ code, stderr }).toEqual({ code: 2, stderr: REFUSED(file) });
      if (file !== "m.sqlite") {
        expect(readFileSync(path(held))).toEqual(before);
        expect(json(`${file}.checkpoint.json`)).toMatchObject({
          rows: 40,
          identity: { organization: "org-1" },
        });
      }
      expect(await run([...args, "--resume"], keyed("again"))).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 95, organization: "org-1" });
      expect(await run([...args, "--overwrite"], keyed("other"))).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 95, organization: "org-2" });
      expect(await run(["verify", file])).toMatchObject({ code: 0 });
    },
  );

  it("is one: an export ends where the API answers for another one", async () => {
    const { run, path } = await keyedFolder(0);
    let count = 0;
    const server = createServer((_, response) => {
      count += 1;
      response.setHeader("anthropic-organization-id", `org-${count}`);
      const id = `m${count}`;
      response.end(JSON.stringify({ data: [{ id }], has_more: true, first_id: id, last_id: id }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const ended = await run(["export", "models", "-o", "m.jsonl"], { server: { url, apiKey: "one" } });
    server.close();
    expect(ended).toMatchObject({
      code: 3,
      stderr:
        "error: Cannot go on with m.jsonl because the server answers for two organizations: its rows are of org-1, and the next page is of org-2\n",
    });
    // What was not written yet is requested again.
    expect(existsSync(path("m.jsonl"))).toBe(false);
  });

  it("is null where the API does not name it, and then any key goes on", async () => {
    const { run, server, json } = await keyedFolder(95);
    const args = ["export", "models", "--page-size", "20", "-o", "m.jsonl"];
    await server.setScript([{ fault: "status", status: 403, page: 3 }]);
    expect(await run(args, keyed("unknown"))).toMatchObject({ code: 4 });
    expect(json("m.jsonl.checkpoint.json")).toMatchObject({ identity: { organization: null } });
    expect(await run([...args, "--resume"], keyed("unknown"))).toMatchObject({ code: 0 });
    expect(json("m.jsonl.manifest.json")).toMatchObject({ rows: 95, organization: null });
  });

  it("is that of a list that replaces another one, of a list in slices, and of a list that has no more items", async () => {
    const { run, server, json, text } = await keyedFolder(95);
    const range = ["--created-at-gte", "2025-01-01", "--created-at-lt", "2027-01-01"];
    for (const [list, file, more] of [
      ["models", "m.jsonl", ["--overwrite"]],
      ["compliance.activities", "a.jsonl", [...range, "--parallel", "2"]],
    ] as const) {
      const args = ["export", list, "--page-size", "20", "-o", file, ...more];
      if (more[0] === "--overwrite") expect(await run(args, keyed("one"))).toMatchObject({ code: 0 });
      await server.setScript([{ fault: "status", status: 403, page: 3 }]);
      expect(await run(args, keyed("one"))).toMatchObject({ code: 4 });
      await server.setScript([]);
      const resume = [...args.filter((arg) => arg !== "--overwrite"), "--resume"];
      expect(await run(resume, keyed("other"))).toMatchObject({ code: 2, stderr: REFUSED(file) });
      expect(await run(resume, keyed("one"))).toMatchObject({ code: 0 });
      expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 95, organization: "org-1" });
    }
    const args = ["export", "models", "-o", "n.jsonl"];
    expect(await run([...args, "--max-items", "5"], keyed("one"))).toMatchObject({ code: 0 });
    const rows = text("n.jsonl");
    const none = { data: [], has_more: false, first_id: null, last_id: null };
    await server.setScript([{ fault: "body", body: JSON.stringify(none), times: "always" }]);
    expect(await run([...args, "--resume"], keyed("other"))).toMatchObject({
      code: 2,
      stderr: REFUSED("n.jsonl"),
    });
    expect(text("n.jsonl")).toBe(rows);
  });

  it("is that of all files of an export that is split", async () => {
    const { run, server, json } = await keyedFolder(300);
    const range = ["--created-at-gte", "2026-08-01", "--created-at-lt", "2026-10-01"];
    const args = ["export", "compliance.activities", ...range, "--split-by", "month", "-o", "a.jsonl"];
    // The first file is whole, and the second one has not begun.
    await server.setScript([
      { fault: "none", times: 1 },
      { fault: "status", status: 403, times: "always" },
    ]);
    const failed = await run([...args, "--page-size", "1000"], keyed("one"));
    expect(failed).toMatchObject({ code: 4 });
    expect(json("a-2026-08.jsonl.manifest.json")).toMatchObject({ organization: "org-1" });
    await server.setScript([]);
    expect(await run([...args, "--resume"], keyed("other"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(REFUSED("a-2026-09.jsonl")),
    });
    expect(await run([...args, "--resume"], keyed("again"))).toMatchObject({ code: 0 });
    expect(json("a-2026-09.jsonl.manifest.json")).toMatchObject({ organization: "org-1" });
  });
});
