import type { InputType } from "node:zlib";
import { isError } from "../errors/instance-of.ts";
import { decodingFault } from "./failures.ts";
import { zstdFrames } from "./node-zstd.ts";

/** Up to this size the round trip to zlib's thread costs more than decompressing synchronously. */
const SYNC_BYTES = 32 * 1024;
/** The size that a small body may grow to synchronously: a bomb would block the event loop, and the timeout with it. */
const SYNC_OUTPUT_BYTES = 1024 * 1024;

/** Each takes a while, however small it is. */
const MAX_FRAMES = 1000;
/** As in curl: no sound server uses more than two. */
const MAX_ENCODINGS = 5;

interface Limits {
  readonly maxOutputLength: number;
}

interface Decoder {
  readonly now: (input: InputType, options: Limits) => Uint8Array;
  readonly later: (
    input: InputType,
    options: Limits,
    done: (error: Error | null, decoded: Uint8Array) => void,
  ) => void;
}

/** The decoder of an encoding; undefined for one that this library, or this version of Node, does not decode. */
function decoderOf(encoding: string): Decoder | undefined {
  // Loaded at the first body that needs it.
  const zlib = process.getBuiltinModule("node:zlib");
  if (encoding === "gzip" || encoding === "x-gzip") return { now: zlib.gunzipSync, later: zlib.gunzip };
  if (encoding === "br") return { now: zlib.brotliDecompressSync, later: zlib.brotliDecompress };
  if (encoding === "zstd" && hasZstd()) return { now: zlib.zstdDecompressSync, later: zlib.zstdDecompress };
  return undefined;
}

/** Node has it since 22.15 and 23.8. That of Deno 2.9 loses the end of bodies. */
function hasZstd(): boolean {
  return process.versions["zstd"] !== undefined && process.versions["deno"] === undefined;
}

/** The content encodings that {@link decodeBody} undoes, as the value of `accept-encoding`. */
export function acceptEncoding(): string {
  return hasZstd() ? "gzip, br, zstd" : "gzip, br";
}

/** The body is not in the encoding that its header names, or in one that this library does not decode. */
export class UndecodableError extends Error {
  override name = "UndecodableError";
}

/** True where the failure of {@link decodeBody} is a body larger than the limit. */
export function isTooLarge(error: unknown): boolean {
  return isError(error) && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

/** The largest size of a compressed body whose content has `bytes`: stored blocks and the frame are added. */
export function compressedBound(bytes: number): number {
  return bytes + bytes / 1024 + 1024;
}

/**
 * Undoes the content encodings of a body, the last one first.
 *
 * Rejects with an {@link UndecodableError} where the body is in another encoding than the header says, which another
 * attempt does not change; with zlib's error for data that are cut off; and where more than `maxBytes` would come out
 * ({@link isTooLarge}): a bomb is stopped at the limit, not unpacked.
 */
export async function decodeBody(
  body: Uint8Array,
  options: { readonly encoding: string; readonly maxBytes: number },
): Promise<Uint8Array> {
  if (body.byteLength === 0) return body;
  // zlib refuses a limit of 0 and limits beyond the largest buffer.
  const limits = {
    maxOutputLength: Math.min(
      Math.max(options.maxBytes, 1),
      process.getBuiltinModule("node:buffer").constants.MAX_LENGTH,
    ),
  };
  const encodings = options.encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (encodings.length > MAX_ENCODINGS)
    throw new UndecodableError(`it has more than ${MAX_ENCODINGS} encodings`);
  let decoded = body;
  for (const encoding of encodings.reverse()) {
    const decoder = decoderOf(encoding);
    if (decoder === undefined) throw new UndecodableError(`only ${acceptEncoding()} can be decoded`);
    try {
      const parts = encoding === "zstd" ? zstdFrames(decoded) : [decoded];
      decoded = await decodeParts(decoder, parts, limits);
    } catch (error) {
      const fault =
        decodingFault(error) ?? (!isTooLarge(error) && isText(decoded) ? "it is plain text" : null);
      throw fault === null ? error : new UndecodableError(fault);
    }
  }
  return decoded;
}

/** Brotli has no mark at its front: short JSON can look like data that are cut off. */
function isText(bytes: Uint8Array): boolean {
  try {
    const start = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, 256), { stream: true });
    return /^[\P{Cc}\s]*$/u.test(start);
  } catch {
    return false;
  }
}

/** The decoded parts as one piece. */
async function decodeParts(
  decoder: Decoder,
  parts: readonly Uint8Array[],
  limits: Limits,
): Promise<Uint8Array> {
  if (parts.length > MAX_FRAMES) throw new UndecodableError(`it has more than ${MAX_FRAMES} frames`);
  const decoded: Uint8Array[] = [];
  let left = limits.maxOutputLength;
  for (const part of parts) {
    // zlib refuses a limit of 0; the caller looks at the whole size.
    const bounds = { maxOutputLength: Math.max(left, 1) };
    const bytes = decodeSync(decoder, part, bounds) ?? (await decodeLater(decoder, part, bounds));
    left -= bytes.byteLength;
    decoded.push(bytes);
  }
  const [first] = decoded;
  return decoded.length === 1 && first ? first : Buffer.concat(decoded);
}

function decodeLater({ later }: Decoder, input: Uint8Array, limits: Limits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    later(input, limits, (error, decoded) => (error === null ? resolve(decoded) : reject(error)));
  });
}

/** The decoded input; null where the work would block the event loop for too long. */
function decodeSync({ now }: Decoder, input: Uint8Array, { maxOutputLength }: Limits): Uint8Array | null {
  if (input.byteLength > SYNC_BYTES) return null;
  try {
    return now(input, { maxOutputLength: Math.min(maxOutputLength, SYNC_OUTPUT_BYTES) });
  } catch (error) {
    if (isTooLarge(error)) return null;
    throw error;
  }
}
