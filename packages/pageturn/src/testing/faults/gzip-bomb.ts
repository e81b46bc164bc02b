import { constants, crc32, deflateRawSync } from "node:zlib";
import type { Answer } from "../answer.ts";
import { bombText, replaced } from "./answer-fault.ts";
import type { Fault } from "./fault.ts";

/** Returns the answer of the fault `gzipBomb`. */
export function gzipBombAnswer(fault: Fault<"gzipBomb">): Answer {
  const answer = replaced(gzipBomb(fault));
  return { ...answer, headers: { ...answer.headers, "content-encoding": "gzip" } };
}

const block = Buffer.alloc(2 ** 20, " ");

/**
 * Returns a gzip body that unpacks to `bytes` bytes of JSON, about a thousand times its own size: an empty page
 * with a great many spaces. It consists of copies of one compressed block, so it is cheap to make.
 */
export function gzipBomb(fault: Fault<"gzipBomb">): Uint8Array {
  const { head, spaces, tail } = bombText(fault);
  const rest = block.subarray(0, spaces % block.length);
  // A full flush ends at a byte boundary and resets the dictionary, so a block can be repeated anywhere.
  const packedBlock = deflateRawSync(block, { finishFlush: constants.Z_FULL_FLUSH });
  const packed = [deflateRawSync(head, { finishFlush: constants.Z_FULL_FLUSH })];
  let check = crc32(head);
  for (let left = spaces; left >= block.length; left -= block.length) {
    packed.push(packedBlock);
    check = crc32(block, check);
  }
  const end = Buffer.concat([rest, tail]);
  packed.push(deflateRawSync(end));
  check = crc32(end, check);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(check, 0);
  trailer.writeUInt32LE((head.length + spaces + tail.length) % 2 ** 32, 4);
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  return Buffer.concat([header, ...packed, trailer]);
}
