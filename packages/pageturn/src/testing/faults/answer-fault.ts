import { constants, crc32, deflateRawSync } from "node:zlib";
import { type Answer, ApiProblem, errorAnswer, errorTypeOf } from "../answer.ts";
import { mixHash } from "../data/position-code.ts";
import type { Fault } from "./fault.ts";

/** Returns the error that a fault sends instead of a page, or `null` if the page is to be sent. */
export function playStatusFault(
  fault: Fault,
  { hasCursor, requestId }: { readonly hasCursor: boolean; readonly requestId: string },
): Answer | null {
  if (fault.fault === "cursorExpired" && hasCursor) {
    return errorAnswer(new ApiProblem(fault.status ?? 400, "Invalid or expired cursor"), requestId);
  }
  if (fault.fault !== "status") return null;
  const { status, headers = {}, message = errorTypeOf(status).replaceAll("_", " "), body } = fault;
  const answer = errorAnswer(new ApiProblem(status, message, headers), requestId);
  return body === undefined ? answer : { ...answer, body: Buffer.from(body) };
}

/** Returns the answer with the body or the content type that the fault changes. */
export function playBodyFault(answer: Answer, fault: Fault): Answer {
  switch (fault.fault) {
    case "contentType": {
      const { "content-type": _, ...others } = answer.headers;
      const headers = fault.value === null ? others : { ...others, "content-type": fault.value };
      return { ...answer, headers };
    }
    case "body":
      return replaced(Buffer.from(fault.body), fault.contentType);
    case "truncatedJson": {
      const { byteLength } = answer.body;
      const keep = Math.max(0, byteLength - (fault.bytes ?? Math.ceil(byteLength / 2)));
      return { ...answer, body: answer.body.subarray(0, keep) };
    }
    case "garbageBody":
      return replaced(garbage(fault.bytes ?? 512));
    case "gzipBomb": {
      const bomb = replaced(gzipBomb(fault.bytes ?? 64 * 2 ** 20));
      return { ...bomb, headers: { ...bomb.headers, "content-encoding": "gzip" } };
    }
    default:
      return answer;
  }
}

function replaced(body: Uint8Array, contentType = "application/json"): Answer {
  return { status: 200, headers: { "content-type": contentType }, body, items: null };
}

/** Returns bytes that look random and are the same on every run. They are neither UTF-8 nor HTTP. */
export function garbage(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at === 0 ? 0xff : mixHash(at, bytes) % 256));
}

const block = Buffer.alloc(2 ** 20, " ");

/**
 * Returns a gzip body that unpacks to `bytes` bytes of JSON, about a thousand times its own size: an empty page
 * with a great many spaces. It consists of copies of one compressed block, so it is cheap to make.
 */
export function gzipBomb(bytes: number): Uint8Array {
  const head = Buffer.from('{"data":[],');
  const tail = Buffer.from('"has_more":false}');
  const spaces = Math.max(0, bytes - head.length - tail.length);
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
