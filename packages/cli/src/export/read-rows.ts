import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { Format } from "./formats.ts";
import { zstdFrames } from "./zstd-frames.ts";

/** How much is read at a time. */
const PIECE = 1 << 18;

/** The bytes of the rows of a file, decompressed. A piece is valid until the next one is asked for. */
export function rowBytes(file: string, format: Format): AsyncIterable<Buffer> {
  if (format === "jsonl.gz") return gunzipped(file);
  return format === "jsonl.zst" ? zstdFrames(createReadStream(file)) : fileBytes(file);
}

/** Reads into the same memory: the buffers of a stream would be garbage outside of the heap, tens of megabytes of it. */
async function* fileBytes(file: string): AsyncGenerator<Buffer, undefined, undefined> {
  const handle = await open(file);
  try {
    const buffer = Buffer.allocUnsafeSlow(PIECE);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, PIECE, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* gunzipped(file: string): AsyncGenerator<Buffer, undefined, undefined> {
  const source = createReadStream(file);
  const text = createGunzip();
  source.once("error", (error) => text.destroy(error));
  yield* source.pipe(text);
}
