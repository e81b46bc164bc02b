import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** The codings the server can compress bodies with. */
export type ContentCoding = "gzip" | "br";

/** Whether an `accept-encoding` header allows a coding. */
export function accepts(header: string | readonly string[] | undefined, coding: ContentCoding): boolean {
  for (const part of String(header ?? "").split(",")) {
    const [name = "", ...params] = part.split(";").map((text) => text.trim().toLowerCase());
    if (name === coding || name === "*") return !params.some((param) => /^q=0(\.0*)?$/.test(param));
  }
  return false;
}

/** Compresses a body: fast rather than small, since the other end is on the same machine. */
export function compressBody(body: Uint8Array, coding: ContentCoding): Uint8Array {
  if (coding === "gzip") return gzipSync(body, { level: 3 });
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } });
}
