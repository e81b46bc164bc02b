import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip, zstdCompress } from "node:zlib";
import { CommandError } from "../failure.ts";
import type { Format } from "./formats.ts";

/** Turns text into the bytes of a file. Each result can be read on its own: the members of a gzip file, the frames of zstd. */
type Encode = (text: string) => Promise<Buffer>;

const gzipText = promisify<string, Buffer>(gzip);
const zstdText = promisify<string, Buffer>(zstdCompress);

const ENCODERS: Readonly<Partial<Record<Format, Encode>>> = {
  "jsonl.gz": (text) => gzipText(text),
  "jsonl.zst": (text) => zstdText(text),
};

/** Writes all pieces into the same memory: a new buffer for each of them would be garbage outside of the heap. */
function plainText(): Encode {
  const bytes = Buffer.allocUnsafeSlow(2 * PIECE);
  return async (text) =>
    // A character is at most three bytes.
    text.length * 3 <= bytes.length || Buffer.byteLength(text) <= bytes.length
      ? bytes.subarray(0, bytes.write(text))
      : Buffer.from(text);
}

/** How many characters are collected before they are written. Compression is as good as with larger pieces. */
const PIECE = 1 << 18;

/** A file that grows at its end, and can be cut to the length that it had at a commit. */
export class ByteFile {
  readonly #handle: FileHandle;
  readonly #encode: Encode;
  #committed: number;
  #length: number;
  #pending: string[] = [];
  #pendingLength = 0;
  #isClosed = false;

  private constructor(handle: FileHandle, { length, encode }: { length: number; encode: Encode }) {
    this.#handle = handle;
    this.#encode = encode;
    this.#length = length;
    this.#committed = length;
  }

  /**
   * Opens a file and cuts it to `length`. A file of which nothing was committed is made new: `flags` says whether one may be
   * there.
   */
  static async open(
    file: string,
    { length, flags, format }: { length: number; flags: "wx" | "w" | "r+"; format: Format },
  ): Promise<ByteFile> {
    const handle = await open(file, length === 0 ? flags : "r+");
    try {
      const { size } = await handle.stat();
      // It was longer when the export was allowed to begin.
      if (size < length) throw new CommandError(`Cannot write ${file}: another program has changed it`);
      if (size > length) await handle.truncate(length);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new ByteFile(handle, { length, encode: ENCODERS[format] ?? plainText() });
  }

  /** Adds text. Returns a promise if enough has been collected to be written: wait for it. */
  add(text: string): Promise<void> | undefined {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    return this.#pendingLength < PIECE ? undefined : this.#flush();
  }

  /**
   * Writes everything to the disk and returns the length of the file. With `isEnd`, a file without any text is one of its format,
   * too: 0 bytes are no gzip member and no frame of zstd.
   */
  async sync({ isEnd = false } = {}): Promise<number> {
    if (this.#pendingLength > 0 || (isEnd && this.#length === 0)) await this.#flush();
    if (this.#length !== this.#committed) await this.#handle.datasync();
    return this.#length;
  }

  /** Called when the length that {@link sync} returned was noted: {@link close} leaves so much of the file. */
  committed(): void {
    this.#committed = this.#length;
  }

  /** Closes the file, and cuts what was not committed. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      await this.#handle.truncate(this.#committed);
    } finally {
      await this.#handle.close();
    }
  }

  async #flush(): Promise<void> {
    const bytes = await this.#encode(this.#pending.join(""));
    this.#pending = [];
    this.#pendingLength = 0;
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(
        bytes,
        done,
        bytes.length - done,
        this.#length + done,
      );
      done += bytesWritten;
    }
    this.#length += bytes.length;
  }
}
