import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { isJsonObject } from "./page-request.ts";
import type { CursorStep, PageSize, PaginationStrategy } from "./strategy.ts";

/** The members of a strategy and of the objects in it. In JavaScript, a misspelt one must not be ignored. */
const MEMBERS = {
  strategy: [
    "items",
    "fields",
    "next",
    "previous",
    "cursors",
    "pageSize",
    "hasMore",
    "total",
    "cursorMeans",
    "emptyCursor",
    "sameCursor",
    "emptyPage",
    "shortPage",
    "isBackward",
    "isCursorExpired",
  ] satisfies (keyof PaginationStrategy)[],
  step: ["from", "to"] satisfies (keyof CursorStep)[],
  pageSize: ["in", "default", "max", "adjustable"] satisfies (keyof PageSize)[],
  total: ["body", "counts"],
};

/** The members that are a choice, with their values. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  cursorMeans: ["more", "position"],
  emptyCursor: ["end", "valid"],
  sameCursor: ["error", "end", "follow"],
  emptyPage: ["continue", "end"],
  shortPage: ["continue", "end"],
};

/** Throws {@link ConfigurationError} where a strategy cannot work. */
export function checkStrategy(strategy: PaginationStrategy): void {
  checkMembers("the strategy", strategy, { known: MEMBERS.strategy, required: ["next"] });
  const { next, previous, cursors, pageSize, total, shortPage } = strategy;
  for (const [name, step] of Object.entries({ next, previous })) {
    const isOpen = typeof step === "function" || step?.to === "url";
    if (isOpen && cursors === undefined)
      throw refused(`list in cursors which parameters ${name} sets: it is a function, or a link`);
    if (step === undefined || typeof step === "function") continue;
    checkMembers(name, step, { known: MEMBERS.step, required: MEMBERS.step });
    checkMembers(`${name}.from`, step.from, { known: ["body", "header", "lastItem"], exactlyOne: true });
    if (step.to !== "url") checkParameter(`${name}.to`, step.to);
  }
  for (const cursor of cursors ?? []) {
    if (typeof cursor !== "object" || !("path" in cursor)) checkParameter("a cursor", cursor);
    else if (!(cursor.path instanceof RegExp) || /[gy]/.test(cursor.path.flags))
      throw refused("the path of a cursor must be a regular expression without the flags g and y");
  }
  if (pageSize !== undefined) {
    checkMembers("pageSize", pageSize, { known: MEMBERS.pageSize, required: ["in"] });
    checkParameter("pageSize.in", pageSize.in);
  }
  if (total !== undefined) {
    checkMembers("total", total, { known: MEMBERS.total, required: MEMBERS.total });
    checkChoice("total.counts", total.counts, ["items", "pages"]);
  }
  for (const [name, values] of Object.entries(CHOICES))
    checkChoice(name, Reflect.get(strategy, name), values);
  if (shortPage === "end" && pageSize?.max === undefined)
    throw refused(
      'shortPage: "end" needs pageSize.max: a server that caps the page size would look as if it had ended',
    );
}

interface MemberRule {
  readonly known: readonly string[];
  readonly required?: readonly string[];
  readonly exactlyOne?: boolean;
}

function checkMembers(what: string, value: unknown, { known, required = [], exactlyOne }: MemberRule): void {
  if (!isJsonObject(value)) throw refused(`${what} must be an object with ${known.join(", ")}`);
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw refused(`${what} has no member "${unknown}". The members are ${known.join(", ")}`);
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) throw refused(`${what} must have the member ${missing}`);
  if (exactlyOne && names.length !== 1) throw refused(`${what} must have exactly one of ${known.join(", ")}`);
}

function checkParameter(what: string, parameter: unknown): void {
  if (typeof parameter !== "string")
    checkMembers(what, parameter, { known: ["query", "json", "header"], exactlyOne: true });
}

function checkChoice(name: string, value: unknown, values: readonly string[]): void {
  if (value === undefined || values.some((each) => each === value)) return;
  throw refused(`${name} must be one of ${values.map((each) => `"${each}"`).join(", ")}`);
}

function refused(why: string): ConfigurationError {
  return new ConfigurationError(`Cannot define pages with this strategy: ${why}`);
}
