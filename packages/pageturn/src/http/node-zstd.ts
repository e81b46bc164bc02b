import { isError } from "../errors/instance-of.ts";

const FRAME = 0xfd2fb528;
/** The magic numbers of skippable frames without their last four bits. */
const SKIPPABLE = 0x184d2a5;

/**
 * The frames of zstd data (RFC 8878, 3.1), without those to be skipped; the data as they are where they are no zstd.
 *
 * Node decodes the first frame and leaves out the others. Up to 24.16 at least, it does not report data that are cut off
 * either, and returns a part of them or nothing at all.
 *
 * Throws for data that end before the end of a frame.
 */
export function zstdFrames(data: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const frames: Uint8Array[] = [];
  let at = 0;
  try {
    while (at < data.byteLength) {
      const magic = view.getUint32(at, true);
      const isSkipped = magic >>> 4 === SKIPPABLE;
      if (!isSkipped && magic !== FRAME) return [data];
      const end = isSkipped ? at + 8 + view.getUint32(at + 4, true) : frameEnd(view, at);
      if (end > data.byteLength) throw new RangeError();
      if (!isSkipped) frames.push(data.subarray(at, end));
      at = end;
    }
  } catch (error) {
    // What a DataView throws beyond its end.
    throw isError(error) && error.name === "RangeError" ? new Error("unexpected end of zstd data") : error;
  }
  return frames;
}

function frameEnd(view: DataView, start: number): number {
  const flags = view.getUint8(start + 4);
  const isSingle = (flags & 0x20) !== 0;
  const windowBytes = isSingle ? 0 : 1;
  const dictionaryBytes = (1 << (flags & 3)) >> 1;
  const sizeBytes = flags >> 6 === 0 ? 1 - windowBytes : 1 << (flags >> 6);
  let at = start + 5 + windowBytes + dictionaryBytes + sizeBytes;
  for (let isLast = false; !isLast; ) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    isLast = (header & 1) === 1;
    const isRepeatedByte = ((header >> 1) & 3) === 1;
    at += 3 + (isRepeatedByte ? 1 : header >> 3);
  }
  const checksumBytes = flags & 4;
  return at + checksumBytes;
}
