import type { Field, PageName } from "./catalog.ts";
import { readFields } from "./read-field.ts";

const plain = { values: [], nullable: false, optional: false, since: null, until: null };
const hasMore: Field = { ...plain, name: "has_more", type: "boolean" };
const cursor = (name: string): Field => ({ ...plain, name, type: "string", nullable: true });

/** What the bodies of a page class hold besides their items. */
const classFields: Readonly<Record<PageName, readonly Field[]>> = {
  Page: [hasMore, cursor("first_id"), cursor("last_id")],
  PageCursor: [cursor("next_page")],
  BidirectionalPageCursor: [cursor("next_page"), cursor("prev_page")],
};

/**
 * The fields of a body: the items, those of the page class, and what the entry adds. A field of the entry takes the
 * place of one that has its name.
 */
export function bodyFields(
  value: unknown,
  at: string,
  { page, itemsKey }: { readonly page: PageName; readonly itemsKey: string },
): readonly Field[] {
  const items: Field = { ...plain, name: itemsKey, type: "object[]" };
  const fields = new Map([items, ...classFields[page]].map((field) => [field.name, field]));
  for (const field of readFields(value, at)) fields.set(field.name, field);
  return [...fields.values()];
}

/** The fields of a body that its page class knows nothing of: what the page's type has to add. */
export function extraFields(endpoint: {
  readonly page: PageName;
  readonly itemsKey: string;
  readonly body: readonly Field[];
}): readonly Field[] {
  const known = new Set([
    endpoint.itemsKey,
    "has_more",
    ...classFields[endpoint.page].map(({ name }) => name),
  ]);
  return endpoint.body.filter(({ name }) => !known.has(name));
}
