import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";

const decompress = promisify<Buffer, Buffer>(zstdDecompress);

const MAGIC = 0xfd2fb528;

/** Decompresses a file that consists of several frames of zstd. The stream of Node stops after the first of them. */
export async function* zstdFrames(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, undefined, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let length = frameLength(rest); length !== undefined; length = frameLength(rest)) {
      yield await decompress(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  }
  if (rest.length > 0) throw new Error("the last frame of zstd is cut off");
}

/** The length of the first frame, as RFC 8878 lays it out; `undefined` if it is not all there. */
function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < 6) return undefined;
  if (bytes.readUInt32LE(0) !== MAGIC) throw new Error("it is not a frame of zstd");
  const descriptor = bytes.readUInt8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  let at = 5 + (isSingle ? 0 : 1) + dictionary + contentSize;
  for (let isLast = false; !isLast; ) {
    if (bytes.length < at + 3) return undefined;
    const header = bytes.readUIntLE(at, 3);
    isLast = (header & 1) === 1;
    // A block of one repeated byte has only that byte.
    at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3);
  }
  at += (descriptor & 4) === 0 ? 0 : 4;
  return bytes.length < at ? undefined : at;
}
