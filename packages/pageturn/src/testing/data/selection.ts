import type { ServedEffectName, ServedParam } from "../../anthropic/catalog/served-endpoint.ts";
import { isPlainObject } from "../../pagination/request/check-option.ts";
import { ApiProblem } from "../answer.ts";
import { parseTime } from "./api-time.ts";
import { throwIfClosing } from "./closing.ts";
import type { Selection } from "./filtered-list.ts";
import { present } from "./item-list.ts";
import { type Fields, setAll, valuesAt } from "./json-fields.ts";
import { hashText } from "./position-code.ts";
import type { ServedList } from "./served-list.ts";

/** A parameter that the request has, with its values. */
interface Asked extends ServedParam {
  readonly does: ServedEffectName | undefined;
  /** The alternative paths of the field. */
  readonly paths: readonly (readonly string[])[];
  readonly values: readonly string[];
}

/**
 * Returns which items of a list a request asks for, and how they are changed; `null` for all of them as they are. Throws
 * `ApiProblem` for an item that is asked for by name and does not exist.
 */
export function selectionOf(list: ServedList, query: URLSearchParams): Selection | null {
  const asked = askedParams(list, query);
  const range = timeRange(list, asked);
  const tests = asked.flatMap((param) => testOf(list, param) ?? []);
  const hidden = hiddenTest(list, query);
  if (hidden !== null) tests.unshift(hidden);
  if (list.hasRemoved) tests.unshift((position) => !list.isRemoved(position));
  if (asked.some(({ does, values }) => does === "folds" && values[0] === "1")) {
    tests.push(folderTest(list, query, [...tests]));
  }
  const rewrite = rewriteOf(list, query);
  const isWhole = range.from === 0 && range.to === list.count;
  if (tests.length === 0 && isWhole && rewrite === undefined) return null;
  const matches = (position: number) => tests.every((test) => test(position));
  const single = asked.find(({ does }) => does === "finds" || does === "names");
  if (single === undefined) return { ...range, matches, rewrite };
  let at = range.from;
  for (; at < range.to && !matches(at); at++) throwIfClosing();
  if (at < range.to) return { from: at, to: at + 1, matches, rewrite };
  if (single.does === "finds") return { from: at, to: at, matches, rewrite };
  throw new ApiProblem(404, `${single.wire}: Nothing has the value '${single.values[0]}'`);
}

function askedParams({ endpoint }: ServedList, query: URLSearchParams): readonly Asked[] {
  return endpoint.queryParams.flatMap((param) => {
    const values = query.getAll(param.wire).filter((value) => value !== "");
    const { does, on = "", beside } = param.effect ?? {};
    if (values.length === 0 || (beside !== undefined && present(query, beside) === null)) return [];
    return [{ ...param, does, values, paths: on.split("|").map((path) => path.split(".")) }];
  });
}

/** The positions of the items in the range of time of the list itself. */
function timeRange(
  list: ServedList,
  asked: readonly Asked[],
): { readonly from: number; readonly to: number } {
  let [earliest, latest] = [0, list.count];
  for (const { does, effect, values } of asked) {
    if (effect?.on !== list.timeField) continue;
    const time = parseTime(values[0] ?? "");
    if (does === "after" || does === "from") {
      earliest = Math.max(earliest, list.countBefore(time, does === "after"));
    } else if (does === "before" || does === "until") {
      latest = Math.min(latest, list.countBefore(time, does === "until"));
    }
  }
  latest = Math.max(earliest, latest);
  return list.ascends
    ? { from: earliest, to: latest }
    : { from: list.count - latest, to: list.count - earliest };
}

type Test = (position: number) => boolean;

/** Items that are only listed on demand are left out without the demand. */
function hiddenTest(list: ServedList, query: URLSearchParams): Test | null {
  if (!list.hasHidden) return null;
  return (position) => {
    const wire = list.hiddenBy(position);
    return wire === undefined || query.get(wire) === "true";
  };
}

const comparisons: Partial<Record<ServedEffectName, (value: number, bound: number) => boolean>> = {
  after: (value, bound) => value > bound,
  from: (value, bound) => value >= bound,
  before: (value, bound) => value < bound,
  until: (value, bound) => value <= bound,
};

/** The test of a parameter; `null` for one that selects no items. */
function testOf(list: ServedList, param: Asked): Test | null {
  const { does, effect, paths, values } = param;
  const [first = ""] = values;
  const wanted = new Set(values);
  const found = (position: number) =>
    paths.flatMap(([name = "", ...rest]) => valuesAt(list.field(position, name), rest));
  const has = (accepts: (value: string) => boolean): Test => {
    return (position) => found(position).some((value) => accepts(String(value)));
  };
  switch (does) {
    case "equals":
    case "finds":
    case "names":
      return has((value) => value === first);
    case "equalsText":
      return has((value) => value.toLowerCase() === first.toLowerCase());
    case "oneOf":
      return has((value) => wanted.has(value));
    case "noneOf": {
      const isOne = has((value) => wanted.has(value));
      return (position) => !isOne(position);
    }
    case "startsWith":
      return has((value) => value.startsWith(first));
    case "exists":
      return (position) => found(position).length > 0 === (first === "true");
    case "relates":
      return (position) => {
        const id = list.idAt({ position, salt: 0 });
        return values.some((value) => hashText(`${id} ${value}`) % 3 === 0);
      };
    default: {
      const compare = does === undefined ? undefined : comparisons[does];
      if (compare === undefined || effect?.on === list.timeField) return null;
      const bound = parseTime(first);
      return has((value) => compare(Date.parse(value), bound));
    }
  }
}

/** What is directly in a folder, and the first item of each folder in it, in whose place the folder is listed. */
function folderTest(list: ServedList, query: URLSearchParams, others: readonly Test[]): Test {
  const folder = folderOf(query);
  const entryAt = (position: number) => entryIn(folder, String(list.field(position, "path")));
  const firsts = new Map<string, number>();
  for (let position = 0; position < list.count; position++) {
    throwIfClosing();
    const entry = entryAt(position);
    const isFirst = entry?.endsWith("/") === true && !firsts.has(entry);
    if (isFirst && others.every((test) => test(position))) firsts.set(entry, position);
  }
  return (position) => {
    const entry = entryAt(position);
    return entry !== null && (!entry.endsWith("/") || firsts.get(entry) === position);
  };
}

function folderOf(query: URLSearchParams): string {
  return query.get("path_prefix") || "/";
}

/** The file or folder directly below `folder` that leads to a path; `null` for other paths. */
function entryIn(folder: string, path: string): string | null {
  if (!path.startsWith(folder)) return null;
  const slash = path.indexOf("/", folder.length);
  return slash < 0 ? path : path.slice(0, slash + 1);
}

/** How the parameters of a request change the items; `undefined` if they do not. */
function rewriteOf({ endpoint }: ServedList, query: URLSearchParams): Selection["rewrite"] {
  const changes = endpoint.queryParams.flatMap(({ wire, effect }): ((item: Fields) => Fields)[] => {
    const value = query.get(wire) ?? "";
    const { does, on = "" } = effect ?? {};
    if (does === "reveals" && value !== "full") {
      return [(item) => (Object.hasOwn(item, on) ? setAll(item, { [on]: null }) : item)];
    }
    if (does === "cuts" && Number(value) > 0) return [(item) => cut(item, on, Number(value))];
    if (does === "folds" && value === "1") {
      return [
        (item) => {
          const entry = entryIn(folderOf(query), String(item["path"]));
          return entry?.endsWith("/") === true ? { path: entry, type: "memory_prefix" } : item;
        },
      ];
    }
    return [];
  });
  if (changes.length === 0) return undefined;
  return (json) => {
    const item: unknown = JSON.parse(json);
    if (!isPlainObject(item)) return json;
    return JSON.stringify(changes.reduce<Fields>((changed, change) => change(changed), item));
  };
}

/** Cuts the texts of the content blocks of a type. */
function cut(item: Fields, type: string, length: number): Fields {
  const { content } = item;
  if (!Array.isArray(content)) return item;
  const blocks = content.map((block: unknown) => {
    if (!isPlainObject(block) || block["type"] !== type) return block;
    return Object.fromEntries(
      Object.entries(block).map(([name, value]) => [
        name,
        name !== "type" && typeof value === "string" ? value.slice(0, length) : value,
      ]),
    );
  });
  return setAll(item, { content: blocks });
}
