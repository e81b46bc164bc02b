import { constants, crc32, deflateRawSync } from "node:zlib";

const block = Buffer.alloc(2 ** 20, " ");

/**
 * A gzip body that unpacks to `bytes` bytes of JSON, about a thousand times its own size: an empty page with a
 * great many spaces in it. It is put together from copies of one packed block, so making it costs next to nothing.
 */
export function gzipBomb(bytes: number): Uint8Array {
  const head = Buffer.from('{"data":[],');
  const tail = Buffer.from('"has_more":false}');
  const spaces = Math.max(0, bytes - head.length - tail.length);
  const rest = block.subarray(0, spaces % block.length);
  // A full flush ends on a byte and forgets what came before, so a block can stand anywhere and often.
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
