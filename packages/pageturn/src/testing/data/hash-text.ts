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
