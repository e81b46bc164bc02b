import { hash } from "node:crypto";

/**
 * A set of keys in 16 to 32 bytes each, whatever their length: it holds 64 bits of their SHA-256. Of ten million different keys, two
 * are taken for the same with a probability of about 1 to 400,000.
 */
export class KeySet {
  /** Two numbers for each place; two zeros are an empty place. */
  #places = new Uint32Array(2 * 1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a key. Returns whether it is new. */
  add(key: string): boolean {
    const [first, second] = bits(key);
    const place = this.#find(first, second);
    if (this.#isTaken(place)) return false;
    this.#put(place, [first, second]);
    this.#size += 1;
    // At most half of the places are taken, so that searches stay short.
    if (this.#size * 4 > this.#places.length) this.#grow();
    return true;
  }

  has(key: string): boolean {
    return this.#isTaken(this.#find(...bits(key)));
  }

  /** Removes a key. Returns whether it was there. */
  delete(key: string): boolean {
    const places = this.#places;
    const count = places.length / 2;
    let place = this.#find(...bits(key));
    if (!this.#isTaken(place)) return false;
    this.#put(place, [0, 0]);
    this.#size -= 1;
    // A search ends at an empty place: those behind this one are put where a search finds them now.
    for (;;) {
      place = (place + 1) % count;
      if (!this.#isTaken(place)) return true;
      const [first = 0, second = 0] = [places[2 * place], places[2 * place + 1]];
      this.#put(place, [0, 0]);
      this.#put(this.#find(first, second), [first, second]);
    }
  }

  /** The place of a value, or the empty one where it belongs. */
  #find(first: number, second: number): number {
    const places = this.#places;
    const count = places.length / 2;
    let place = first % count;
    while (this.#isTaken(place) && (places[2 * place] !== first || places[2 * place + 1] !== second)) {
      place = (place + 1) % count;
    }
    return place;
  }

  #isTaken(place: number): boolean {
    return this.#places[2 * place] !== 0 || this.#places[2 * place + 1] !== 0;
  }

  #put(place: number, [first, second]: readonly [number, number]): void {
    this.#places[2 * place] = first;
    this.#places[2 * place + 1] = second;
  }

  #grow(): void {
    const before = this.#places;
    this.#places = new Uint32Array(before.length * 2);
    for (let index = 0; index < before.length; index += 2) {
      const [first = 0, second = 0] = [before[index], before[index + 1]];
      if (first !== 0 || second !== 0) this.#put(this.#find(first, second), [first, second]);
    }
  }
}

function bits(key: string): readonly [number, number] {
  // One character for each byte: faster than a buffer.
  const bytes = hash("sha256", key, "binary");
  // Never two zeros, which are an empty place.
  return [number(bytes, 0), number(bytes, 4) || 1];
}

/** Four bytes, the lowest first. */
function number(bytes: string, start: number): number {
  const low = bytes.charCodeAt(start) | (bytes.charCodeAt(start + 1) << 8);
  const high = bytes.charCodeAt(start + 2) | (bytes.charCodeAt(start + 3) << 8);
  return (low | (high << 16)) >>> 0;
}
