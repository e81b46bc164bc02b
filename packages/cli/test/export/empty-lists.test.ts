import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { exportFolder, killAt } from "./export-folder.ts";

const NAMES = ["e.jsonl", "e.jsonl.gz", "e.jsonl.zst", "e.csv", "e.parquet", "e.sqlite"];

/** Decompresses a file as strictly as the programs of its format, which refuse 0 bytes. */
function textOf(file: string): string {
  const bytes = readFileSync(file);
  expect(bytes.length).toBeGreaterThan(0);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : zstdDecompressSync(bytes)).toString();
}

describe("an export that ends without a row", () => {
  it.each(["e.jsonl.gz", "e.jsonl.zst"])("is a file that can be decompressed: %s", async (name) => {
    const { run, path, json } = await exportFolder({ items: 0 });
    expect(await run(["export", "models", "-o", name])).toMatchObject({ code: 0 });
    expect(textOf(path(name))).toBe("");
    const program = name.endsWith("gz") ? "gzip" : "zstd";
    const { status, error } = spawnSync(program, ["-t", path(name)]);
    // zstd is not on every machine.
    if (error === undefined) expect(status).toBe(0);
    expect(json(`${name}.manifest.json`)).toMatchObject({ rows: 0, bytes: statSync(path(name)).size });
    writeFileSync(path(name), "");
    expect(await run(["verify", name])).toMatchObject({ code: 3 });
  });

  it.each(NAMES)("is verified, and is finished for --resume: %s", async (name) => {
    const { run } = await exportFolder({ items: 0 });
    for (const more of [[], ["--overwrite"], ["--resume"]]) {
      expect(await run(["export", "models", "-o", name, ...more])).toMatchObject({ code: 0 });
      expect(await run(["verify", name])).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(": 0 items, as exported"),
      });
    }
  });

  it.each(["e.jsonl.gz", "e.jsonl.zst"])(
    "goes on where the list was incomplete and gets rows: %s",
    async (name) => {
      const { run, server, path, json } = await exportFolder({ items: { models: 3 } });
      const body = JSON.stringify({ data: [], has_more: true, first_id: null, last_id: null });
      await server.setScript([{ fault: "body", body, times: 1 }]);
      const args = ["export", "models", "-o", name];
      expect(await run(args)).toMatchObject({ code: 3 });
      expect(textOf(path(name))).toBe("");
      expect(await run(["verify", name])).toMatchObject({ code: 0 });
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      expect(json(`${name}.manifest.json`)).toMatchObject({ rows: 3 });
      expect(await run(["verify", name])).toMatchObject({ code: 0 });
    },
  );

  it.each(["m.jsonl.gz", "m.jsonl.zst"])("can be killed at any moment: %s", async (name) => {
    const { run, path, keep } = await exportFolder({ items: 0 });
    // The second one replaces what the first one has made.
    for (const more of [[], ["--overwrite"]]) {
      const restore = keep();
      let isKilled = true;
      for (let at = 1; isKilled; at += 1) {
        restore();
        const killed = await run(["export", "models", "-o", name, ...more], { nodeOptions: killAt(at) });
        isKilled = killed.code !== 0;
        expect(await run(["export", "models", "-o", name, "--resume"])).toMatchObject({ code: 0 });
        expect(textOf(path(name))).toBe("");
        expect(await run(["verify", name])).toMatchObject({ code: 0 });
      }
    }
  });
});
