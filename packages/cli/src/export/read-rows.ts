import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { Format } from "./formats.ts";
import { zstdFrames } from "./zstd-frames.ts";

/** The bytes of the rows of a file, decompressed. */
export function rowBytes(file: string, format: Format): AsyncIterable<Buffer> {
  const bytes: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1 << 18 });
  if (format === "jsonl.gz") return gunzipped(file);
  return format === "jsonl.zst" ? zstdFrames(bytes) : bytes;
}

async function* gunzipped(file: string): AsyncGenerator<Buffer, undefined, undefined> {
  const source = createReadStream(file);
  const text = createGunzip();
  source.once("error", (error) => text.destroy(error));
  // A gzip file has at least one member; an export without rows has none, and is empty.
  yield* source.pipe(text);
}
