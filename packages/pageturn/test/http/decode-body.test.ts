import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeBody, isTooLarge } from "../../src/http/decode-body.ts";

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
