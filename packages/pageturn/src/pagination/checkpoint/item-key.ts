/**
 * The key that distinguishes an item from its neighbours: its id where it has one, else a fingerprint of the item. Items
 * that are nested too deep for JSON have the same key: among them, only the offset counts.
 */
export function itemKey(item: unknown): string {
  if (hasId(item)) return String(item.id);
  try {
    return fingerprint(JSON.stringify(item));
  } catch {
    return "";
  }
}

/** Whether two pages have the same items. Mostly the first item shows that they have not. */
export function haveSameKeys(items: readonly unknown[], others: readonly unknown[]): boolean {
  return items.length === others.length && items.every((item, at) => itemKey(item) === itemKey(others[at]));
}

/** Whether an item has an id, which identifies it on any page. */
export function hasId(item: unknown): item is { readonly id: string | number } {
  if (typeof item !== "object" || item === null || !("id" in item)) return false;
  return typeof item.id === "string" || Number.isSafeInteger(item.id);
}

/**
 * 128 bits of `text` in letters and digits: small to keep, and two different texts of one walk never meet in
 * practice. Not a cryptographic hash: it guards against mistakes, not against someone who wants a collision.
 */
function fingerprint(text: string): string {
  // Joined, because a string made with `+` would keep its parts in memory.
  return MULTIPLIERS.map((multiplier) => lane(text, multiplier).toString(36).padStart(7, "0")).join("");
}

/** The same bits in eight code units. It is faster, and cannot be printed or sent. */
export function packedFingerprint(text: string): string {
  const a = lane(text, M1);
  const b = lane(text, M2);
  const c = lane(text, M3);
  const d = lane(text, M4);
  return String.fromCharCode(a >>> 16, a, b >>> 16, b, c >>> 16, c, d >>> 16, d);
}

/** Odd, so that no bit is lost; four of them, so that the lanes are independent. */
const M1 = 0x9e3779b1;
const M2 = 0x85ebca77;
const M3 = 0xc2b2ae3d;
const M4 = 0x27d4eb2f;
const MULTIPLIERS = [M1, M2, M3, M4];

function lane(text: string, multiplier: number): number {
  let state = multiplier ^ text.length;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), multiplier);
    state ^= state >>> 15;
  }
  state = Math.imul(state ^ (state >>> 16), multiplier);
  return (state ^ (state >>> 13)) >>> 0;
}
