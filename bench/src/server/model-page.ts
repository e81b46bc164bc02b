// Pages of made-up models, as the API writes them: every item is another one, and its id says where it stands.

/** One page to be written. */
export interface ModelRange {
  readonly start: number;
  readonly end: number;
  /** How many items the whole list has. */
  readonly total: number;
  /** About how many bytes an item has, 200 at least. */
  readonly itemBytes: number;
}

const ID_PREFIX = "model-";
const LEAST_BYTES = 200;
const LEAST_NAME = 18;

function modelId(position: number): string {
  return ID_PREFIX + position.toString(36).padStart(14, "0");
}

/** Where the item with this id stands. */
export function positionOf(id: string): number {
  return Number.parseInt(id.slice(ID_PREFIX.length), 36);
}

function model(position: number, itemBytes: number): object {
  return {
    id: modelId(position),
    capabilities: { id: `capabilities_${position}` },
    created_at: "2026-10-01T00:00:00Z",
    display_name: `display name ${position}`.padEnd(LEAST_NAME + itemBytes - LEAST_BYTES),
    max_input_tokens: position % 2 === 0 ? 200_000 : null,
    max_tokens: 30_000 + (position % 1000),
    type: "model",
  };
}

/** The JSON text of a page. */
export function modelPage({ start, end, total, itemBytes }: ModelRange): string {
  const data = Array.from({ length: end - start }, (_, index) => model(start + index, itemBytes));
  const isEmpty = data.length === 0;
  return JSON.stringify({
    data,
    has_more: end < total,
    first_id: isEmpty ? null : modelId(start),
    last_id: isEmpty ? null : modelId(end - 1),
  });
}
