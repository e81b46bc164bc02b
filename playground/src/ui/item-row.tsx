import { itemKey } from "../walk/item-key.ts";

interface ItemRowProps {
  readonly item: unknown;
  /** The place of its page in the cache. */
  readonly page: number;
  /** Its place among the items in the cache, from 1. */
  readonly position: number;
  /** The number of items in the list; -1 while it is not known. */
  readonly count: number;
}

/** One item of the feed: its id, and its first plain fields. */
export function ItemRow({ item, page, position, count }: ItemRowProps) {
  const fields = typeof item === "object" && item !== null ? Object.entries(item) : [];
  const plain = fields.filter(
    ([name, value]) => name !== "id" && ["string", "number", "boolean"].includes(typeof value),
  );
  const id = fields.find(([name]) => name === "id")?.[1] ?? plain.shift()?.[1] ?? "item";
  return (
    <article
      class="item"
      data-key={itemKey(item)}
      data-page={page}
      aria-posinset={position}
      aria-setsize={count}
    >
      <strong class="item-id">{String(id)}</strong>
      <span class="item-text">
        {plain
          .slice(0, 3)
          .map(([name, value]) => `${name}: ${String(value)}`)
          .join(" · ")}
      </span>
    </article>
  );
}
