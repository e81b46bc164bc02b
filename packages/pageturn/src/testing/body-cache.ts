/**
 * Keeps the bodies that were used last, up to a number of bytes, so that a benchmark measures the client and
 * not the mock server.
 */
export class BodyCache {
  readonly #bodies = new Map<string, Uint8Array>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Returns the body under this key. `make` is called if the cache does not hold it. */
  get(key: string, make: () => Uint8Array): Uint8Array {
    const kept = this.#bodies.get(key);
    if (kept !== undefined) {
      this.#bodies.delete(key);
      this.#bodies.set(key, kept);
      return kept;
    }
    const body = make();
    if (body.byteLength > this.#maxBytes) return body;
    this.#bodies.set(key, body);
    this.#bytes += body.byteLength;
    for (const [oldest, old] of this.#bodies) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#bodies.delete(oldest);
      this.#bytes -= old.byteLength;
    }
    return body;
  }
}
