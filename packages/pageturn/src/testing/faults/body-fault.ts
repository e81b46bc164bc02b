import type { Answer } from "../answer.ts";
import { mixHash } from "../data/hash-text.ts";
import type { Fault } from "./fault.ts";
import { gzipBomb } from "./gzip-bomb.ts";

/** The answer with the body the fault puts in its place. */
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
      const keep = Math.max(
        0,
        answer.body.byteLength - (fault.bytes ?? Math.ceil(answer.body.byteLength / 2)),
      );
      return { ...answer, body: answer.body.subarray(0, keep) };
    }
    case "garbageBody":
      return replaced(garbage(fault.bytes ?? 512));
    case "gzipBomb": {
      const answered = replaced(gzipBomb(fault.bytes ?? 64 * 2 ** 20));
      return { ...answered, headers: { ...answered.headers, "content-encoding": "gzip" } };
    }
    default:
      return answer;
  }
}

/** Bytes that look like chance and are the same on every run. */
export function garbage(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at === 0 ? 0xff : mixHash(at, bytes) % 256));
}

function replaced(body: Uint8Array, contentType = "application/json"): Answer {
  return { status: 200, headers: { "content-type": contentType }, body, items: null };
}
