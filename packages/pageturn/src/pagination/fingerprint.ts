/**
 * 128 bits of `text` in a short string: small to keep, and two different texts of one walk never meet in
 * practice. Not a cryptographic hash: it guards against mistakes, not against someone who wants a collision.
 */
export function fingerprint(text: string): string {
  // Joined, as a string made by `+` would keep its parts in memory.
  return MULTIPLIERS.map((multiplier) => lane(text, multiplier).toString(36).padStart(7, "0")).join("");
}

/** Odd, so that no bit is lost; four of them, so that the lanes are independent. */
const MULTIPLIERS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];

function lane(text: string, multiplier: number): number {
  let state = multiplier ^ text.length;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), multiplier);
    state ^= state >>> 15;
  }
  state = Math.imul(state ^ (state >>> 16), multiplier);
  return (state ^ (state >>> 13)) >>> 0;
}
