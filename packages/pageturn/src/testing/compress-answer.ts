import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Answer } from "./answer.ts";
import type { ContentCoding } from "./server-config.ts";

/** Compresses an answer if the `accept-encoding` header of the request allows the coding. */
export function compressAnswer(
  answer: Answer,
  { coding, accept }: { readonly coding: ContentCoding; readonly accept: unknown },
): Answer {
  if ("content-encoding" in answer.headers) return answer;
  const headers = { ...answer.headers, vary: "accept-encoding" };
  if (!accepts(String(accept ?? ""), coding)) return { ...answer, headers };
  // Speed matters more than size, because the client is on the same machine.
  const body =
    coding === "gzip"
      ? gzipSync(answer.body, { level: 3 })
      : brotliCompressSync(answer.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } });
  return { ...answer, headers: { ...headers, "content-encoding": coding }, body };
}

function accepts(header: string, coding: ContentCoding): boolean {
  for (const part of header.split(",")) {
    const [name = "", ...params] = part.split(";").map((text) => text.trim().toLowerCase());
    if (name === coding || name === "*") return !params.some((param) => /^q=0(\.0*)?$/.test(param));
  }
  return false;
}
