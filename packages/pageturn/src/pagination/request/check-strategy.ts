import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { kindOf, oneOf, refuseUnknown } from "./check-option.ts";
import { isJsonObject } from "./page-request.ts";
import type { PaginationStrategy } from "./strategy.ts";

/** The members of a strategy, with the values of those that are a choice. */
const MEMBERS: Readonly<Record<keyof PaginationStrategy, readonly [string, ...string[]] | null>> = {
  items: null,
  fields: null,
  next: null,
  previous: null,
  cursors: null,
  links: ["overlay", "replace"],
  pageSize: null,
  hasMore: null,
  total: null,
  countBefore: null,
  errorIn: null,
  cursorMeans: ["more", "position"],
  emptyCursor: ["end", "valid"],
  sameCursor: ["error", "end", "follow"],
  emptyPage: ["continue", "end"],
  shortPage: ["continue", "end"],
  isBackward: null,
  isCursorExpired: null,
};

/** Throws {@link ConfigurationError} where a strategy cannot work. In JavaScript, it may be anything. */
export function checkStrategy(strategy: PaginationStrategy): void {
  checkMembers("strategy", strategy, { known: Object.keys(MEMBERS), required: ["next"] });
  const { next, previous, cursors, pageSize, total, shortPage } = strategy;
  for (const name of ["items", "hasMore"] as const)
    if (strategy[name] !== undefined) checkItems(`strategy.${name}`, strategy[name]);
  for (const name of ["countBefore", "errorIn", "isBackward", "isCursorExpired"] as const)
    if (!["undefined", "function"].includes(typeof strategy[name]))
      throw refused(`strategy.${name} must be a function`);
  if (!isTexts(strategy.fields ?? [])) throw refused("strategy.fields must be an array of names");
  if (!Array.isArray(cursors ?? [])) throw refused("strategy.cursors must be an array");
  for (const [name, step] of Object.entries({ next, previous })) {
    const isOpen = typeof step === "function" || step?.to === "url";
    if (isOpen && cursors === undefined)
      throw refused(`list in strategy.cursors which parameters ${name} sets: it is a function, or a link`);
    if (step === undefined || typeof step === "function") continue;
    checkMembers(`strategy.${name}`, step, { known: ["from", "to"], required: ["from", "to"] });
    checkSource(`strategy.${name}.from`, step.from);
    if (step.to !== "url") checkParameter(`strategy.${name}.to`, step.to);
  }
  for (const cursor of cursors ?? []) {
    if (!isJsonObject(cursor) || !("path" in cursor)) checkParameter("a cursor", cursor);
    else if (!(cursor.path instanceof RegExp) || /[gy]/.test(cursor.path.flags))
      throw refused("the path of a cursor must be a regular expression without the flags g and y");
  }
  if (pageSize !== undefined) {
    const known = ["in", "default", "max", "adjustable"];
    checkMembers("strategy.pageSize", pageSize, { known, required: ["in"] });
    checkParameter("strategy.pageSize.in", pageSize.in);
  }
  if (total !== undefined) {
    const known = ["body", "header", "counts", "optional"];
    checkMembers("strategy.total", total, { known, required: ["counts"] });
    if ("body" in total === "header" in total)
      throw refused("strategy.total must have one of body and header");
    oneOf("strategy.total.counts", total.counts, ["items", "pages"]);
    if (typeof (total.optional ?? false) !== "boolean")
      throw refused("strategy.total.optional must be true or false");
  }
  for (const [name, values] of Object.entries(MEMBERS))
    if (values !== null) oneOf<string>(`strategy.${name}`, Reflect.get(strategy, name), values);
  if (shortPage === "end" && pageSize?.max === undefined)
    throw refused(
      'shortPage: "end" needs pageSize.max: a server that caps the page size would look as if it had ended',
    );
}

/** Throws {@link ConfigurationError} where `location` is no place in a page. `name` is the option. */
export function checkItems(name: string, location: unknown): void {
  if (isPath(location) || typeof location === "function") return;
  throw new ConfigurationError(
    `Cannot use the option ${name} as it must be a key, an array of keys, or a function: it is of type ${kindOf(location)}`,
  );
}

interface MemberRule {
  readonly known: readonly string[];
  readonly required?: readonly string[];
  readonly exactlyOne?: boolean;
}

/** Whether a value is an array of texts. */
export function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/** Whether a value is a place in JSON: a key, or the keys that lead to it. */
export function isPath(value: unknown): boolean {
  return typeof value === "string" || isTexts(value);
}

type Rule = readonly [holds: (value: unknown) => boolean, words: string];
const PATH: Rule = [isPath, "a key or an array of keys"];
const TEXT: Rule = [(value) => typeof value === "string", "text"];
const SIZE: Rule = [(value) => typeof value === "number" && value > 0, "a number above 0"];

/** What members of the objects in a strategy must be. */
const VALUES: Readonly<Record<string, Rule>> = {
  body: PATH,
  json: PATH,
  firstItem: PATH,
  lastItem: PATH,
  query: TEXT,
  header: TEXT,
  default: SIZE,
  max: SIZE,
  adjustable: [(value) => typeof value === "boolean", "true or false"],
};

function checkMembers(what: string, value: unknown, { known, required = [], exactlyOne }: MemberRule): void {
  if (!isJsonObject(value)) throw refused(`${what} must be an object with ${known.join(", ")}`);
  refuseUnknown(what, value, known);
  const names = known.filter((name) => value[name] !== undefined);
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) throw refused(`${what} must have the member ${missing}`);
  if (exactlyOne && names.length !== 1) throw refused(`${what} must have exactly one of ${known.join(", ")}`);
  for (const name of names) {
    const [holds, words] = VALUES[name] ?? [];
    if (holds?.(value[name]) === false) throw refused(`${what}.${name} must be ${words}`);
  }
}

/** Throws {@link ConfigurationError} where `source` is no place of a cursor. `what` names it. */
export function checkSource(what: string, source: unknown): void {
  checkMembers(what, source, { known: ["body", "header", "firstItem", "lastItem"], exactlyOne: true });
}

/** Throws {@link ConfigurationError} where `parameter` is none of a request. `what` names it. */
export function checkParameter(what: string, parameter: unknown): void {
  if (typeof parameter !== "string")
    checkMembers(what, parameter, { known: ["query", "json", "header"], exactlyOne: true });
}

function refused(why: string): ConfigurationError {
  return new ConfigurationError(`Cannot define pages with this strategy: ${why}`);
}
