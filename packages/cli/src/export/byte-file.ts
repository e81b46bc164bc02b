import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip, zstdCompress } from "node:zlib";
import type { ExportJob } from "./export-job.ts";
import { type FileMark, hasRows, type KnownRows, markAt, markOfStart } from "./file-mark.ts";
import type { Format } from "./formats.ts";
import { exists } from "./json-file.ts";
import { changedFile, OwnFile } from "./own-file.ts";

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

/** How to open a {@link ByteFile}. */
interface ByteFileOptions {
  readonly job: ExportJob;
  readonly format: Format;
  /** The rows to go on after; `null` to make the file new. */
  readonly rows: KnownRows | null;
  /** Called before the first bytes are written: what is in the file from then on is of the export. */
  noteStart(mark: FileMark): Promise<void>;
}

/** A file that grows at its end, and can be cut to the length that it had at a commit. */
export class ByteFile {
  readonly #own: OwnFile;
  readonly #handle: FileHandle;
  readonly #encode: Encode;
  readonly #noteStart: ByteFileOptions["noteStart"];
  #committed: number;
  #length: number;
  /** How long the file has become by this export: more than `#length` where a write failed. */
  #reached: number;
  #pending: string[] = [];
  #pendingLength = 0;
  #isClosed = false;

  private constructor(
    own: OwnFile,
    { handle, length, options }: { handle: FileHandle; length: number; options: ByteFileOptions },
  ) {
    const { format, noteStart } = options;
    this.#own = own;
    this.#handle = handle;
    this.#encode = ENCODERS[format] ?? plainText();
    this.#noteStart = noteStart;
    this.#length = length;
    this.#committed = length;
    this.#reached = length;
  }

  /** Opens a file, and cuts what comes after its rows. Throws `ChangedFile` if the file that is there does not have them. */
  static async open(file: string, options: ByteFileOptions): Promise<ByteFile> {
    const { rows, job } = options;
    const length = rows?.bytes ?? 0;
    const flags = rows === null ? "w+" : length > 0 || (await exists(file)) ? "r+" : "wx+";
    const handle = await open(file, flags);
    try {
      // It had them when the export was allowed to begin.
      if (rows !== null && !(await hasRows(handle, rows))) throw await changedFile(file, job);
      await handle.truncate(length);
      return new ByteFile(await OwnFile.of(file, job), { handle, length, options });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get length(): number {
    return this.#length;
  }

  /** Adds text. Returns a promise if enough has been collected to be written: wait for it. */
  add(text: string): Promise<void> | undefined {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    return this.#pendingLength < PIECE ? undefined : this.#flush();
  }

  /**
   * Writes everything to the disk and returns the rows of the file. With `isEnd`, a file without any text is one of its format,
   * too: 0 bytes are no gzip member and no frame of zstd. Throws `ChangedFile` if another program has changed the file.
   */
  async sync({ isEnd = false } = {}): Promise<KnownRows> {
    if (this.#pendingLength > 0 || (isEnd && this.#length === 0)) await this.#flush();
    if (this.#length !== this.#committed) await this.#handle.datasync();
    await this.check();
    if (this.#length === 0) return { bytes: 0, mark: null };
    const mark = await markAt(this.#handle, this.#length);
    if (mark === undefined) throw await this.#own.changed();
    return { bytes: this.#length, mark };
  }

  /** Called when what {@link sync} returned was noted: {@link close} leaves so much of the file. */
  committed(): void {
    this.#committed = this.#length;
  }

  /** Throws `ChangedFile` unless the file is found by its name, with all that was written. */
  check(): Promise<void> {
    return this.#own.check({ least: this.#length, most: this.#reached });
  }

  /** Closes the file, and cuts what was not committed. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      const { size } = await this.#handle.stat();
      // A file of another length is not as the export has left it.
      if (size > this.#committed && size <= this.#reached) await this.#handle.truncate(this.#committed);
    } finally {
      await this.#handle.close();
    }
  }

  async #flush(): Promise<void> {
    const bytes = await this.#encode(this.#pending.join(""));
    this.#pending = [];
    this.#pendingLength = 0;
    if (this.#length === 0 && bytes.length > 0) await this.#noteStart(markOfStart(bytes));
    // Bytes after the end of a file that was cut would leave a hole in it.
    await this.check();
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(
        bytes,
        done,
        bytes.length - done,
        this.#length + done,
      );
      done += bytesWritten;
      this.#reached = this.#length + done;
    }
    this.#length += bytes.length;
  }
}
