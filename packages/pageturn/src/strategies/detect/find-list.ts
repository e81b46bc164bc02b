import { isJsonObject, type JsonObject, valueAt } from "../../pagination/request/page-request.ts";

/** A value other than the items: at the top of the body, or in an object with a name such as `meta` or `paging`. */
export interface Field {
  readonly path: readonly string[];
  /** The last key of the path. */
  readonly name: string;
  /** Text, number, boolean or null. */
  readonly value: unknown;
}

/** A GraphQL connection: an object with `pageInfo` and with `nodes` or `edges`. */
export interface Connection {
  readonly path: readonly string[];
  readonly pageInfo: JsonObject;
  readonly items: readonly unknown[];
}

/** How many keys and links are looked at, whatever the size of the body. */
const MAX_KEYS = 2000;
const MAX_DEPTH = 4;

/** Whether a body says that it is an error, whatever its status. */
export function isError(body: JsonObject): boolean {
  const { ok, success, error, errors, type } = body;
  return (
    ok === false ||
    success === false ||
    type === "error" ||
    (isJsonObject(error) && Object.keys(error).length > 0) ||
    (typeof error === "string" && error !== "") ||
    (Array.isArray(errors) && errors.length > 0)
  );
}

/** Whether a body has an id or a title of its own. */
export function isResource(body: JsonObject): boolean {
  if (valueAt(body, "jsonrpc") !== undefined) return false;
  return ["id", "_id", "uuid", "gid", "title", "isbn"].some((name) => {
    const value = valueAt(body, name);
    return typeof value === "string" || typeof value === "number";
  });
}

/** The GraphQL connections of a body. */
export function connectionsIn(body: JsonObject): readonly Connection[] {
  const found: Connection[] = [];
  let left = MAX_KEYS;
  const visit = (object: JsonObject, path: readonly string[]) => {
    for (const [name, value] of entriesOf(object, left)) {
      left -= 1;
      if (!isJsonObject(value)) continue;
      const items = valueAt(value, "nodes") ?? valueAt(value, "edges");
      const pageInfo = valueAt(value, "pageInfo");
      if (isJsonObject(pageInfo) && Array.isArray(items))
        found.push({ path: [...path, name], pageInfo, items });
      else if (path.length < MAX_DEPTH + 2) visit(value, [...path, name]);
    }
  };
  const data = valueAt(body, "data");
  if (isJsonObject(data)) visit(data, ["data"]);
  return found;
}

/** Objects that hold the list of a body: `hits.hits`, `result.tools`, `_embedded.orders`. */
const WRAPPERS = ["data", "result", "results", "response", "payload", "hits", "_embedded"];
/** Keys of lists that are not the items. */
const OTHER_LISTS =
  /^(?:errors|warnings|included|_?links|curies|facets|aggregations|unreachable|expand|scopes)$/i;
const USUAL = [
  "data",
  "items",
  "results",
  "result",
  "records",
  "values",
  "value",
  "entries",
  "hits",
  "nodes",
  "edges",
  "rows",
  "list",
  "content",
  "objects",
  "elements",
  "docs",
];

interface FoundList {
  readonly path: readonly string[];
  readonly items: readonly unknown[];
}

/** The list of a body: at its top or in a wrapper. Text says why there is none. */
export function listIn(body: JsonObject, url: URL | null): FoundList | string {
  const top = chosenList(body, url);
  if (typeof top === "string" || (top !== null && isJsonObject(top.items[0]))) return top;
  for (const wrapper of WRAPPERS) {
    const inner = valueAt(body, wrapper);
    const list = isJsonObject(inner) ? chosenList(inner, url) : null;
    if (typeof list === "string") return list;
    if (list !== null && (top === null || list.items.length > 0))
      return { ...list, path: [wrapper, ...list.path] };
  }
  if (top === null) {
    const inner = innerList(body);
    if (inner === null) return "the body has no list";
    return `the list ${shown(inner)} is in an unknown envelope: if it has the items, pass its path as \`items\` to a ready strategy`;
  }
  // A list of values may not be the items: an object of the body may contain them.
  const object = entriesOf(body).find(
    ([name, value]) => isJsonObject(value) && !AROUND.test(name) && !OTHER_LISTS.test(name),
  );
  const isClear = object === undefined || Object.keys(object[1] ?? {}).length === 0;
  return isClear ? top : "the body has a list of values, and objects";
}

/** The path of the first list of objects that is not at the top of a body; null where there is none. */
function innerList(body: JsonObject): readonly string[] | null {
  let left = MAX_KEYS;
  const visit = (object: JsonObject, path: readonly string[]): readonly string[] | null => {
    const inner: (readonly [readonly string[], JsonObject])[] = [];
    for (const [name, value] of entriesOf(object, left)) {
      left -= 1;
      const at = [...path, name];
      if (OTHER_LISTS.test(name)) continue;
      if (Array.isArray(value) && isJsonObject(value[0])) return at;
      if (isJsonObject(value) && path.length < MAX_DEPTH) inner.push([at, value]);
    }
    return inner.reduce<ReturnType<typeof visit>>((found, [at, value]) => found ?? visit(value, at), null);
  };
  return visit(body, []);
}

/** The only list of an object; one of several by its name. Text says why none is chosen, null that there is none. */
function chosenList(object: JsonObject, url: URL | null): FoundList | string | null {
  const all = entriesOf(object).flatMap(([name, value]) =>
    Array.isArray(value) && !OTHER_LISTS.test(name) ? [{ name, path: [name], items: value }] : [],
  );
  const filled = all.filter(({ items }) => items.length > 0);
  const lists = filled.length > 0 ? filled : all;
  if (all.length < 2) return lists[0] ?? null;
  const segment = url?.pathname
    .replace(/\/$/, "")
    .replace(/\.\w+$/, "")
    .split("/")
    .at(-1);
  const named = lists.filter(({ name }) => name === segment);
  const usual = named.length > 0 ? named : lists.filter(({ name }) => USUAL.includes(name));
  return usual.length === 1 && usual[0] !== undefined
    ? usual[0]
    : `the body has several lists: ${lists
        .slice(0, 5)
        .map(({ name }) => JSON.stringify(name.slice(0, 40)))
        .join(", ")}`;
}

/** Objects with what a page says of itself. */
const AROUND =
  /^(?:_?meta(?:_?data)?|_?links|_?paging|_?paginat(?:ion|or)|pages?|page_?info|result_info|response_metadata|cursors|next|next_?page|total)$/i;

/** The values of a body other than the items. */
export function fieldsOf(body: JsonObject, itemsPath: readonly string[]): readonly Field[] {
  const fields: Field[] = [];
  let left = MAX_KEYS;
  const visit = (object: JsonObject, path: readonly string[]) => {
    for (const [name, value] of entriesOf(object, left)) {
      left -= 1;
      const at = [...path, name];
      if (value === null || ["string", "number", "boolean"].includes(typeof value))
        fields.push({ path: at, name, value });
      else if (isJsonObject(value) && at.length < MAX_DEPTH && (AROUND.test(name) || isPrefix(at, itemsPath)))
        visit(value, at);
    }
  };
  if (!Array.isArray(body)) visit(body, []);
  return fields;
}

function isPrefix(path: readonly string[], whole: readonly string[]): boolean {
  return path.every((key, index) => whole[index] === key);
}

/** The members of an object, at most `limit`. Members with the names of Object's own machinery are left out. */
function entriesOf(object: JsonObject, limit = MAX_KEYS): (readonly [string, unknown])[] {
  const entries: (readonly [string, unknown])[] = [];
  for (const name in object) {
    if (entries.length >= limit) break;
    if (!Object.hasOwn(object, name) || /^(?:__proto__|constructor|prototype)$/.test(name)) continue;
    entries.push([name, object[name]]);
  }
  return entries;
}

/** A path as evidence and reasons show it. */
export function shown(path: readonly string[]): string {
  return path.length === 0
    ? "the body"
    : `\`${path
        .join(".")
        .replaceAll(/[^\x20-\x7e]|`/g, "?")
        .slice(0, 80)}\``;
}

/** Text or a number as text; `""` for anything else. `String()` throws for an object that has a member `toString`. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
