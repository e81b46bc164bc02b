import type { Answer } from "../answer.ts";
import { mixHash } from "../data/hash-text.ts";
import type { Fault } from "./fault.ts";
import { gzipBomb } from "./gzip-bomb.ts";

/** Faults in the body or in what the headers say of it. */
export type BodyFault =
  | {
      /** The right body under another content type. */
      readonly fault: "contentType";
      /** `null`: no content type at all. */
      readonly value: string | null;
    }
  | {
      /** This text with status 200: HTML, a bare array, an empty text, JSON that breaks off. */
      readonly fault: "body";
      readonly body: string;
      /** `application/json` where it is left out. */
      readonly contentType?: string;
    }
  | {
      /** The first part of the right body, as if it were all: broken JSON in a sound answer. */
      readonly fault: "truncatedJson";
      /** How many bytes are left out at the end; half of the body where it is left out. */
      readonly bytes?: number;
    }
  | {
      /** Bytes by chance, no UTF-8, under the JSON content type. */
      readonly fault: "garbageBody";
      /** 512 where it is left out. */
      readonly bytes?: number;
    }
  | {
      /** A small gzip body that unpacks to this many bytes of valid JSON, asked for or not. */
      readonly fault: "gzipBomb";
      /** 64 MiB where it is left out. */
      readonly bytes?: number;
    };

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
