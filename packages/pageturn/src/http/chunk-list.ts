/** A chunk below this is copied: on its own it would cost more memory than it holds. */
const SMALL_BYTES = 4096;

const EMPTY = Buffer.alloc(0);

/** The chunks of a body in Node, in little more memory than they hold, however small a server makes them. */
export class ChunkList {
  readonly #chunks: Uint8Array[] = [];
  /** Where small chunks are copied to; those before `#filled` are in it. */
  #tail = EMPTY;
  #filled = 0;
  #size = 0;

  /** How many bytes there are. */
  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    // The only chunk of a small body is not copied.
    if (chunk.byteLength >= SMALL_BYTES || this.#chunks.length === 0) {
      this.#flush();
      this.#chunks.push(chunk);
      return;
    }
    if (this.#filled + chunk.byteLength > this.#tail.byteLength) {
      this.#flush();
      this.#tail = Buffer.allocUnsafe(16 * SMALL_BYTES);
    }
    this.#tail.set(chunk, this.#filled);
    this.#filled += chunk.byteLength;
  }

  /** All of them as one piece; a single chunk as it is, without a copy. */
  join(): Uint8Array {
    this.#flush();
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#size);
  }

  #flush(): void {
    if (this.#filled === 0) return;
    this.#chunks.push(this.#tail.subarray(0, this.#filled));
    this.#tail = this.#tail.subarray(this.#filled);
    this.#filled = 0;
  }
}
