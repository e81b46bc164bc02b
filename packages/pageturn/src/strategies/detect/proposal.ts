import type { PaginationStrategy } from "../../pagination/request/strategy.ts";

/** How sure a candidate is. */
export type Confidence = "certain" | "likely" | "possible";

/** A strategy, and the code that makes it. */
export interface NamedStrategy {
  readonly name: string;
  /** The ready strategy that `name` is a form of: `"linkHeader"` of `github`. */
  readonly family: string;
  readonly strategy: PaginationStrategy;
  readonly code: string;
  readonly module: "pageturn/strategies" | "pageturn/pagination";
}

/** What a detector suggests. */
export interface Proposal extends NamedStrategy {
  readonly confidence: Confidence;
  readonly evidence: readonly string[];
  /** Whether the proposal also stands where the page is the last one: for an API that is recognised by more than a cursor. */
  readonly mayEnd?: boolean;
}

interface CallOptions<O> {
  readonly name: string;
  readonly family?: string;
  readonly options: O;
  /** The code of options that are functions: that of a function itself depends on the build. */
  readonly sources?: Readonly<Record<string, string>>;
}

/** A call of a ready strategy. */
export function called<O extends object>(
  make: (options: O) => PaginationStrategy,
  { name, family = name, options, sources = {} }: CallOptions<O>,
): NamedStrategy {
  // Members that are undefined would take the place of defaults. The cast: all that is left out was undefined.
  const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as O;
  const written = literal(set, sources);
  const code = `const strategy = ${name}(${written === "{}" ? "" : written});`;
  return { name, family, strategy: make(set), code, module: "pageturn/strategies" };
}

/** A strategy of the Anthropic API, with the key of its items. */
export function anthropic(
  strategy: PaginationStrategy,
  {
    name,
    family,
    items,
  }: { readonly name: string; readonly family: string; readonly items: string | readonly string[] },
): NamedStrategy {
  const code = items === "data" ? name : `{ ...${name}, items: ${literal(items)} }`;
  return {
    name,
    family,
    strategy: items === "data" ? strategy : { ...strategy, items },
    code: `const strategy = ${code};`,
    module: "pageturn/pagination",
  };
}

/** A value as code. */
function literal(value: unknown, sources: Readonly<Record<string, string>> = {}): string {
  if (Array.isArray(value)) return `[${value.map((item) => literal(item)).join(", ")}]`;
  if (value instanceof RegExp) return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const members = Object.entries(value);
  if (members.length === 0) return "{}";
  return `{ ${members.map(([name, member]) => `${keyText(name)}: ${sources[name] ?? literal(member)}`).join(", ")} }`;
}

function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__" ? name : `[${JSON.stringify(name)}]`;
}

const ORDER: readonly Confidence[] = ["certain", "likely", "possible"];

/** The place of a confidence in the order, the surest first. */
export function rank(confidence: Confidence): number {
  return ORDER.indexOf(confidence);
}

/** The confidence `steps` less sure; surer, if that is negative. */
export function lowered(confidence: Confidence, steps = 1): Confidence {
  return ORDER[Math.min(Math.max(rank(confidence) + steps, 0), ORDER.length - 1)] ?? "possible";
}
