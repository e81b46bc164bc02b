import { checkedObject, refused } from "./check-option.ts";
import { checkParameter, checkSource, isPath, isTexts } from "./check-strategy.ts";

type Rule = readonly [words: string, holds: (value: unknown) => boolean];

/** What the options that a ready strategy has besides the members of a strategy can be. No calls: bundles drop what is not used. */
const RULES = {
  path: ["a key or an array of keys", isPath],
  pathOrNull: ["a key, an array of keys, or null", (value: unknown) => value === null || isPath(value)],
  text: ["text", (value: unknown) => typeof value === "string"],
  texts: ["an array of texts", isTexts],
  number: ["a whole number", (value: unknown) => Number.isSafeInteger(value)],
  pattern: ["a regular expression", (value: unknown) => value instanceof RegExp],
} satisfies Readonly<Record<string, Rule>>;

/** A rule, a member of strategies, the values of a choice, or the names that an object may have texts for. */
type Kind =
  | keyof typeof RULES
  | "parameter"
  | "source"
  | readonly string[]
  | { readonly names: readonly string[] };

/**
 * The options of a ready strategy, of which those in `kinds` are checked. The members of a strategy are checked with it.
 * Throws `ConfigurationError` for a value of a wrong kind, which a program without types can pass.
 */
export function ownOptions<O extends object>(
  call: string,
  options: O,
  kinds: { readonly [N in keyof O]?: Kind },
): O {
  const given = checkedObject(`the options of ${call}()`, options);
  for (const [name, kind] of Object.entries<Kind | undefined>(kinds))
    if (kind !== undefined && given[name] !== undefined) check(name, given[name], kind);
  return options ?? given;
}

function check(name: string, value: unknown, kind: Kind): void {
  if (kind === "parameter") checkParameter(name, value);
  else if (kind === "source") checkSource(name, value);
  else {
    const [words, holds] = ruleOf(kind);
    if (!holds(value)) throw refused(name, value, words);
  }
}

function ruleOf(kind: Exclude<Kind, "parameter" | "source">): Rule {
  if (typeof kind === "string") return RULES[kind];
  if ("names" in kind) return [`an object with texts for ${kind.names.join(", ")}`, hasTexts(kind.names)];
  const known: readonly unknown[] = kind;
  return [`one of ${kind.map((each) => `"${each}"`).join(", ")}`, (value) => known.includes(value)];
}

const hasTexts = (names: readonly string[]) => (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).every(
    ([name, each]) => names.includes(name) && ["string", "undefined"].includes(typeof each),
  );
