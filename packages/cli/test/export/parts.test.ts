import { promisify } from "node:util";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { byteLines } from "../../src/export/byte-lines.ts";
import { progressText } from "../../src/export/progress-text.ts";
import { resumeCommand } from "../../src/export/shell-command.ts";
import { zstdFrames } from "../../src/export/zstd-frames.ts";
import { csvText } from "../../src/output/csv-rows.ts";
import { microseconds } from "../../src/output/flat-row.ts";

const tick = promisify(setImmediate);

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    await tick();
    yield bytes.subarray(at, at + size);
  }
}

describe("byteLines", () => {
  it("ends lines at line feeds alone, wherever the pieces end", async () => {
    const text = "a\u2028b\n\ré\n\nlast";
    for (const size of [1, 2, 3, 100]) {
      const lines: string[] = [];
      for await (const line of byteLines(pieces(Buffer.from(text), size))) lines.push(line.toString());
      expect(lines).toEqual(["a\u2028b", "\ré", "", "last"]);
    }
  });
});

describe("zstdFrames", () => {
  it("reads all frames, of any size and kind of block, wherever the pieces end", async () => {
    const texts = [
      "",
      "x",
      "a".repeat(300_000),
      Array.from({ length: 40_000 }, (_, at) => (at * at) % 9973).join(""),
    ];
    const bytes = Buffer.concat(texts.map((text) => zstdCompressSync(text)));
    for (const size of [1000, 65_536, bytes.length]) {
      let read = "";
      for await (const frame of zstdFrames(pieces(bytes, size))) read += frame.toString();
      expect(read === texts.join("")).toBe(true);
    }
    const cut = async () => {
      for await (const _ of zstdFrames(pieces(bytes.subarray(0, -1), 1000)));
    };
    await expect(cut()).rejects.toThrow("the last frame of zstd is cut off");
  });
});

describe("microseconds", () => {
  it.each([
    ["2026-01-02", 1767312000000000n],
    ["2026-01-02T03:04:05Z", 1767323045000000n],
    ["2026-01-02T03:04:05.1Z", 1767323045100000n],
    ["2026-01-02T03:04:05.123456+02:00", 1767315845123456n],
    ["2026-01-02T03:04:05.123456000Z", 1767323045123456n],
    // More exact than microseconds, and a day that does not exist.
    ["2026-01-02T03:04:05.123456789+02:00", undefined],
    ["2026-02-30T03:04:05Z", undefined],
    ["1969-12-31T23:59:59.999999Z", -1n],
    ["2026-13-02T03:04:05Z", undefined],
    ["2026-01-02T03:04:05", undefined],
    ["soon", undefined],
  ])("reads %s", (text, expected) => {
    expect(microseconds(text)).toBe(expected);
  });
});

describe("csvText", () => {
  it("keeps null and empty text apart, quotes line ends and escapes formulas only if asked", () => {
    const row = [null, "", "a\rb", 'q"', true, -5, "=1", "-1"];
    expect(csvText([row], { safe: false })).toBe(',"","a\rb","q""",true,-5,=1,-1\n');
    expect(csvText([row], { safe: true })).toBe(',"","a\rb","q""",true,-5,\'=1,\'-1\n');
    expect(csvText([["=a\rb"]], { safe: true })).toBe('"\'=a\rb"\n');
  });
});

describe("resumeCommand", () => {
  it("quotes what a shell would change", () => {
    const args = [
      "export",
      "models",
      "-o",
      "it's $HOME.csv",
      "--overwrite",
      "--resume",
      "--fields",
      "id,a.b",
    ];
    expect(resumeCommand(args)).toBe(
      "pageturn export models -o 'it'\\''s $HOME.csv' --fields id,a.b --resume",
    );
  });
});

describe("progressText", () => {
  it("counts what there is", () => {
    const some = {
      rows: 12_345,
      pages: 13,
      retries: 2,
      waits: 1,
      waitMs: 2500,
      rate: 3400.4,
      leftMs: 200_000,
    };
    expect(progressText(some)).toBe(
      "12,345 items, 13 pages, 3,400 items/s, 2 retries, 1 rate-limit wait (3 s), 3 min left",
    );
    const none = { rows: 1, pages: 1, retries: 0, waits: 0, waitMs: 0, rate: 1, leftMs: undefined };
    expect(progressText(none)).toBe("1 item, 1 page, 1 items/s");
  });
});
