// What the generator knows of the page classes of the library.
import type { Field } from "./catalog.ts";

export const pageNames = ["Page", "PageCursor", "BidirectionalPageCursor", "ReportPageCursor"] as const;
export type PageName = (typeof pageNames)[number];

/** The parameters that page classes turn pages with. The first one must be among those of the endpoint. */
export const cursorParams: Readonly<Record<PageName, readonly string[]>> = {
  Page: ["after_id", "before_id"],
  PageCursor: ["page"],
  BidirectionalPageCursor: ["page"],
  ReportPageCursor: ["page"],
};

const plain = { values: [], open: null, nullable: false, optional: false, since: null, until: null };
const hasMore: Field = { ...plain, name: "has_more", type: "boolean" };
const cursor = (name: string): Field => ({ ...plain, name, type: "string", nullable: true });

/** What the bodies of a page class hold besides their items. */
const classFields: Readonly<Record<PageName, readonly Field[]>> = {
  Page: [hasMore, cursor("first_id"), cursor("last_id")],
  PageCursor: [cursor("next_page")],
  BidirectionalPageCursor: [cursor("next_page"), cursor("prev_page")],
  ReportPageCursor: [hasMore, cursor("next_page"), cursor("data_refreshed_at")],
};

/** The names of the fields that pages of a class have, with the items in `data`. */
export function classFieldNames(page: PageName): readonly string[] {
  return ["data", ...classFields[page].map(({ name }) => name)];
}

interface Body {
  readonly page: PageName;
  readonly itemsKey: string;
  readonly body: readonly Field[];
}

/** The items, the fields of the page class, and those of the entry, which take the place of others with their names. */
export function bodyFields({ page, itemsKey, body }: Body): readonly Field[] {
  const items: Field = { ...plain, name: itemsKey, type: "object[]", open: "The items." };
  const fields = [items, ...classFields[page], ...body];
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

/** The fields of a body that its page class knows nothing of: what the page's type has to add. */
export function extraFields({ page, itemsKey, body }: Body): readonly Field[] {
  const known = [itemsKey, "has_more", ...classFields[page].map(({ name }) => name)];
  return body.filter(({ name }) => !known.includes(name));
}
