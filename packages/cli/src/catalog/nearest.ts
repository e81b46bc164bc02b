/** The known name that a typed one probably means; `undefined` if none is similar. Case and punctuation do not count. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const wanted = plain(typed);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(wanted, plain(name));
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  if (best !== undefined && best.distance <= Math.max(1, Math.floor(wanted.length / 3))) return best.name;
  return wanted.length < 3 ? undefined : known.find((name) => plain(name).includes(wanted));
}

/** So many names are shown even if one of them is similar. */
const FEW = 15;

/** What an error says after the colon: the nearest name, or all that are allowed. */
export function allowedHint(typed: string, known: readonly string[]): string {
  if (known.length === 0) return "there are none";
  const similar = nearest(typed, known);
  const all = known.join(", ");
  if (similar === undefined) return `allowed are ${all}`;
  return known.length > FEW ? `did you mean ${similar}?` : `did you mean ${similar}? Allowed are ${all}`;
}

function plain(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

/** The number of letters to insert, remove, replace or swap with their neighbour. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[line - 1] === to[column - 1] ? 0 : 1;
      const isSwap =
        line > 1 && column > 1 && from[line - 1] === to[column - 2] && from[line - 2] === to[column - 1];
      next.push(
        Math.min(
          (row[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (row[column - 1] ?? 0) + same,
          isSwap ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
