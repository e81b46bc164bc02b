import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeBody, isTooLarge, UndecodableError } from "../../src/http/decode-body.ts";

const MIB = 1024 * 1024;

test.each([
  ["br", brotliCompressSync],
  ["gzip", gzipSync],
] as const)(
  "a small %s body that grows large is not unpacked while everything else waits",
  async (encoding, compress) => {
    const body = compress(new Uint8Array(20 * MIB));
    expect(body.byteLength).toBeLessThan(32 * 1024);
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    expect((await decodeBody(body, { encoding, maxBytes: 20 * MIB })).byteLength).toBe(20 * MIB);
    expect(turned).toBe(true);
    const error = await decodeBody(body, { encoding, maxBytes: 20 * MIB - 1 }).catch(
      (thrown: unknown) => thrown,
    );
    expect(isTooLarge(error)).toBe(true);
  },
);

/** Zeros, random bytes and text: blocks of every type, of which a frame of zstd has several. */
const CONTENTS: readonly (readonly [string, Uint8Array])[] = [
  ["one byte", new Uint8Array([7])],
  ["text", Buffer.from(JSON.stringify({ data: Array.from({ length: 50_000 }, (_, id) => ({ id })) }))],
  ["zeros", new Uint8Array(MIB)],
  ["noise", Uint8Array.from({ length: 300_000 }, (_, at) => (at * 2_654_435_761) >>> 13)],
];

describe.each(CONTENTS)("zstd of %s", (_, content) => {
  test.each([
    ["as it is", {}],
    ["with a checksum", { [constants.ZSTD_c_checksumFlag]: 1 }],
    ["without its size", { [constants.ZSTD_c_contentSizeFlag]: 0 }],
  ])("%s is decoded, and refused wherever it is cut off", async (_name, params) => {
    const body = zstdCompressSync(content, { params });
    const options = { encoding: "zstd", maxBytes: 2 * MIB };
    expect(Buffer.compare(await decodeBody(body, options), content)).toBe(0);
    for (const part of [0.01, 0.1, 0.5, 0.9, 1]) {
      const cut = body.subarray(0, Math.min(Math.max(Math.floor(body.length * part), 5), body.length - 1));
      await expect(decodeBody(cut, options)).rejects.toThrow(/unexpected end/);
    }
  });
});

test("several frames of zstd, and one that is to be skipped, are one body", async () => {
  const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);
  const frames = [zstdCompressSync(Buffer.from("[1,")), skipped, zstdCompressSync(Buffer.from("2]"))];
  const decoded = await decodeBody(Buffer.concat(frames), { encoding: "zstd", maxBytes: 100 });
  expect(Buffer.from(decoded).toString()).toBe("[1,2]");
});

test("a body of a great many frames does not stop everything else", async () => {
  const body = Buffer.concat(new Array(100_000).fill(zstdCompressSync("1")));
  // In microseconds. What else runs on the machine takes none of the time of this process.
  const { user } = process.cpuUsage();
  await expect(decodeBody(body, { encoding: "zstd", maxBytes: MIB })).rejects.toThrow(UndecodableError);
  expect(process.cpuUsage().user - user).toBeLessThan(500_000);
});

test("what is no zstd says so", async () => {
  const decoded = decodeBody(Buffer.from('{"data":[]}'), { encoding: "zstd", maxBytes: 100 });
  await expect(decoded).rejects.toThrow(UndecodableError);
});

test("a body that was encoded over and over is refused, an encoding that is none does not count", async () => {
  const decode = (encoding: string) => decodeBody(gzipSync("{}"), { encoding, maxBytes: MIB });
  expect((await decode(`${"identity, ".repeat(20)}, GZIP`)).byteLength).toBe(2);
  await expect(decode("gzip,".repeat(6))).rejects.toThrow(UndecodableError);
});
