import type { Fault } from "./fault.ts";

/** The body with the fields the fault changes. */
export function playEnvelopeFault(body: string, fault: Fault, itemsKey: string): string {
  switch (fault.fault) {
    case "hasMore":
      return edit(body, (page) => setAll(page, { has_more: fault.value }));
    case "setFields":
      return edit(body, (page) => setAll(page, fault.fields));
    case "dropFields":
      return edit(body, (page) => dropAll(page, fault.names));
    case "setItemFields":
      return edit(body, (page) => editItems(page, itemsKey, (item) => setAll(item, fault.fields)));
    case "dropItemFields":
      return edit(body, (page) => editItems(page, itemsKey, (item) => dropAll(item, fault.names)));
    default:
      return body;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function edit(body: string, change: (page: Fields) => Fields): string {
  const page: unknown = JSON.parse(body);
  return isFields(page) ? JSON.stringify(change(page)) : body;
}

function editItems(page: Fields, itemsKey: string, change: (item: Fields) => Fields): Fields {
  const items = page[itemsKey];
  if (!Array.isArray(items)) return page;
  return setAll(page, { [itemsKey]: items.map((item: unknown) => (isFields(item) ? change(item) : item)) });
}

// Through entries, so that a field called `__proto__` is set as a field.
function setAll(object: Fields, fields: Fields): Fields {
  return Object.fromEntries([...Object.entries(object), ...Object.entries(fields)]);
}

function dropAll(object: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
