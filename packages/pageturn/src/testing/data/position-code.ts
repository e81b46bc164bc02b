/**
 * A place in a list. Marks with the same position and different salts are different cursors for the same place.
 */
export interface Mark {
  /** Negative for the items that a list gained at its beginning, and for the place before its first item. */
  readonly position: number;
  /** Numbers the cursors of one place, so that a fault can send new ones. */
  readonly salt: number;
}

/** The largest position that can be encoded. Half of the 28 bits are for places before the first item. */
export const maxPosition = 2 ** 27 - 2;

const positions = 2 ** 28;
const half = 2 ** 24;
const rounds = [1, 2, 3, 4];
const reversedRounds = [4, 3, 2, 1];
const checkSize = 36 ** 4;

/**
 * Encodes a place as 14 characters that look random. The list does not have to store its cursors, because the
 * place can be decoded from the text. Only lists with the same `key` can decode it.
 */
export function encodePosition(key: number, { position, salt }: Mark): string {
  const value = (salt % 2 ** 20) * positions + ((position + positions) % positions);
  let left = Math.floor(value / half);
  let right = value % half;
  for (const round of rounds) {
    const mixed = left ^ (mixHash(right + round * half, key) % half);
    left = right;
    right = mixed;
  }
  return digits(left, 5) + digits(right, 5) + digits(checksum(key, left, right), 4);
}

/** Decodes a place. Returns `null` if `encodePosition` did not write the text with this key. */
export function decodePosition(key: number, text: string): Mark | null {
  if (!/^[0-9a-z]{14}$/.test(text)) return null;
  let left = Number.parseInt(text.slice(0, 5), 36);
  let right = Number.parseInt(text.slice(5, 10), 36);
  if (left >= half || right >= half || Number.parseInt(text.slice(10), 36) !== checksum(key, left, right))
    return null;
  for (const round of reversedRounds) {
    const mixed = right ^ (mixHash(left + round * half, key) % half);
    right = left;
    left = mixed;
  }
  const value = left * half + right;
  const position = value % positions;
  return {
    position: position > maxPosition + 1 ? position - positions : position,
    salt: Math.floor(value / positions),
  };
}

function digits(value: number, length: number): string {
  return value.toString(36).padStart(length, "0");
}

function checksum(key: number, left: number, right: number): number {
  return mixHash(mixHash(left, right), key) % checkSize;
}

/** Returns a 32-bit hash of two numbers: the finaliser of MurmurHash3, which does not allocate. */
export function mixHash(a: number, b: number): number {
  let hash = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Returns a 32-bit hash of a text (FNV-1a, then mixed). Not for secrets: it only has to be the same on every
 * run.
 */
export function hashText(text: string, seed = 0): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixHash(hash, text.length);
}

/**
 * Returns six characters for a made-up id. It uses 30 bits, because larger numbers are ten times slower to
 * write.
 */
export function hashDigits(hash: number): string {
  return (hash >>> 2).toString(36).padStart(6, "0");
}
