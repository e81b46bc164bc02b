import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { exportFolder } from "./export-folder.ts";

describe("pageturn verify", () => {
  it("says what differs, and exits with 3", async () => {
    const { run, path, text } = await exportFolder({ items: 30 });
    await run(["export", "models", "-o", "m.jsonl"]);
    const whole = text("m.jsonl");
    const lines = whole.trimEnd().split("\n");
    writeFileSync(path("m.jsonl"), `${lines.slice(1).join("\n")}\n`);
    const lost = await run(["verify", "m.jsonl"]);
    expect(lost.code).toBe(3);
    expect(lost.stderr).toContain("m.jsonl: the number of items is 29 and was 30");
    expect(lost.stderr).toContain("the id of the first item is");
    expect(lost.stderr).not.toContain("the id of the last item is");
    expect(lost.stderr).toContain("the SHA-256 of the rows is");
    writeFileSync(path("m.jsonl"), whole.replace('"type":"model"', '"type":"Model"'));
    const changed = await run(["verify", "m.jsonl"]);
    expect(changed.code).toBe(3);
    expect(changed.stderr).toMatch(/^error: m\.jsonl: the SHA-256 of the rows is \w+ and was \w+\n$/);
    writeFileSync(path("m.jsonl"), whole);
    appendFileSync(path("m.jsonl"), "{");
    expect(await run(["verify", "m.jsonl"])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("line 31 is not JSON"),
    });
  });

  it("notices a row that was changed in a database, and bytes in each other format", async () => {
    const { run, path } = await exportFolder({ items: 30 });
    await run(["export", "models", "-o", "m.sqlite"]);
    expect(await run(["verify", "m.sqlite"])).toMatchObject({ code: 0 });
    const database = new DatabaseSync(path("m.sqlite"));
    for (const change of ["display_name = 'other'", "max_tokens = max_tokens + 0.5", "_others = '{}'"]) {
      const before = database.prepare("SELECT * FROM items WHERE _row = 7").get();
      database.exec(`UPDATE items SET ${change} WHERE _row = 7`);
      expect(await run(["verify", "m.sqlite"])).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/^error: m\.sqlite: the SHA-256 of the rows is \w+ and was \w+\n$/),
      });
      const [column = ""] = change.split(" ");
      database.prepare(`UPDATE items SET ${column} = ? WHERE _row = 7`).run(before?.[column] ?? null);
      expect(await run(["verify", "m.sqlite"])).toMatchObject({ code: 0 });
    }
    database.exec("DELETE FROM items WHERE _row = 7");
    database.close();
    expect(await run(["verify", "m.sqlite"])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("the number of items is 29 and was 30"),
    });
    for (const format of ["csv", "parquet", "jsonl.gz", "jsonl.zst"]) {
      await run(["export", "models", "-o", `m.${format}`]);
      appendFileSync(path(`m.${format}`), "x");
      expect(await run(["verify", `m.${format}`])).toMatchObject({ code: 3 });
    }
  });

  it("exits with 2 without a manifest, and with 3 without the file", async () => {
    const { run, path } = await exportFolder({ items: 3 });
    await run(["export", "models", "-o", "m.csv"]);
    rmSync(path("m.csv"));
    expect(await run(["verify", "m.csv"])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("is missing"),
    });
    rmSync(path("m.csv.manifest.json"));
    expect(await run(["verify", "m.csv"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no manifest"),
    });
  });

  it("looks at all files, and exits with the worst code", async () => {
    const { run, path } = await exportFolder({ items: 3 });
    for (const name of ["a", "b", "c", "-d"]) await run(["export", "models", "-o", `${name}.csv`]);
    rmSync(path("a.csv.manifest.json"));
    writeFileSync(path("b.csv.manifest.json"), '{"v":1,');
    appendFileSync(path("c.csv"), "x");
    const { code, stderr } = await run(["verify", "a.csv", "b.csv", "c.csv", "./-d.csv"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/a\.csv because it has no manifest/);
    expect(stderr).toMatch(/^error: .*b\.csv\.manifest\.json.*$/m);
    expect(stderr).toMatch(/c\.csv: it cannot be read as csv/);
    expect(stderr).toMatch(/-d\.csv: 3 items/);
    expect(stderr).not.toMatch(/ at .*:\d+:\d+/);
    expect((await run(["verify", "a.csv", "./-d.csv"])).code).toBe(2);
  });

  it("says that --max-items has ended an export", async () => {
    const { run, json } = await exportFolder({ items: 30 });
    await run(["export", "models", "-o", "m.csv", "--max-items", "10"]);
    expect(await run(["verify", "m.csv"])).toMatchObject({
      code: 0,
      stderr: `m.csv: 10 items, as exported on ${json("m.csv.manifest.json")["endedAt"]}. It has as many as --max-items said: the list may have more\n`,
    });
  });

  it("is printed with a name that is no option", async () => {
    const { run } = await exportFolder({ items: 3 });
    const { stderr } = await run(["export", "models", "-o", "-d.csv"]);
    expect(stderr).toContain("pageturn verify ./-d.csv");
  });

  it.each([7, "", "half a\ud800", { of: "an object" }])(
    "takes a file as it was exported, whatever its first and last id is: %j",
    async (id) => {
      const { run, path, server } = await exportFolder({ items: 3 });
      const data = [{ id, display_name: "first" }, { id: "plain" }, { id }, "no object", { id }];
      const body = JSON.stringify({ data, has_more: false, first_id: null, last_id: null });
      await server.setScript([{ fault: "body", body, times: "always" }]);
      for (const format of ["jsonl", "csv", "parquet", "sqlite"]) {
        for (const [name, more] of [["whole"], ["fields", "--fields", "id,display_name"]].map(
          ([name, ...more]) => [`${name}.${format}`, more] as const,
        )) {
          expect(await run(["export", "models", "-o", name, ...more])).toMatchObject({ code: 0 });
          expect(await run(["verify", name])).toMatchObject({ code: 0 });
        }
      }
      // A row that was changed between them does not change them.
      const text = readFileSync(path("whole.csv"), "utf8");
      writeFileSync(path("whole.csv"), text.replace("plain", "other"));
      const { code, stderr } = await run(["verify", "whole.csv"]);
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: expect.stringMatching(/^error: whole\.csv: the SHA-256 of the rows is .*\n$/),
      });
    },
  );
});
