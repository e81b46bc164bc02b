import type { MockServerOptions } from "pageturn/testing";
import { faultNames, type SwitchName, scriptOf } from "./faults.ts";
import { canSlice, filtersOf, type ListChoice } from "./list-choice.ts";

/** What the visitor has chosen. Texts are as typed. */
export interface Setup {
  readonly source: "mock" | "api";
  /** The id of the list. */
  readonly list: string;
  /** Path parameters and filters by name. An empty text is no value. */
  readonly values: Readonly<Record<string, string>>;
  readonly pageSize: number;
  /** The number of items of the mock server. */
  readonly items: number;
  readonly latencyMs: number;
  /** How long the program works on one item. */
  readonly workMs: number;
  readonly prefetch: number;
  /** How many slices are walked in parallel; 1 is one walk. */
  readonly slices: number;
  readonly distinct: boolean;
  readonly faults: readonly SwitchName[];
}

export const defaults: Setup = {
  source: "mock",
  list: "messages.batches",
  values: {},
  pageSize: 10,
  items: 50,
  latencyMs: 150,
  workMs: 10,
  prefetch: 1,
  slices: 1,
  distinct: true,
  faults: ["emptyPage"],
};

/** The least and the largest value of each number, in its field and in the fragment of the URL. */
export const bounds = {
  pageSize: [1, 1000],
  items: [0, 5000],
  latencyMs: [0, 5000],
  workMs: [0, 1000],
  prefetch: [0, 20],
  slices: [1, 16],
} as const;

/** The name of a number of the setup. */
export type NumberName = keyof typeof bounds;

// The cast: the keys of an object literal.
const numbers = Object.keys(bounds) as readonly NumberName[];

/** Returns the nearest whole number within the bounds. */
export function bounded(name: NumberName, value: number): number {
  const [least, most] = bounds[name];
  return Math.min(most, Math.max(least, Math.round(value)));
}

/** Writes a setup for the fragment of the URL. What has its default is left out. */
export function writeSetup(setup: Setup): string {
  const query = new URLSearchParams();
  if (setup.source !== defaults.source) query.set("source", setup.source);
  if (setup.list !== defaults.list) query.set("list", setup.list);
  for (const name of numbers) if (setup[name] !== defaults[name]) query.set(name, String(setup[name]));
  if (!setup.distinct) query.set("distinct", "false");
  if (setup.faults.join() !== defaults.faults.join()) query.set("faults", setup.faults.join());
  for (const [name, value] of Object.entries(setup.values)) if (value !== "") query.set(`.${name}`, value);
  return query.toString();
}

/** Reads a setup from the fragment of the URL. A number beyond its bounds is the nearest one; what cannot be read has its default. */
export function readSetup(fragment: string, lists: readonly ListChoice[]): Setup {
  const query = new URLSearchParams(fragment.replace(/^#/, ""));
  const list = query.get("list") ?? "";
  const counts = numbers.map((name) => [name, count(name, query.get(name))]);
  const faults = query.get("faults")?.split(",");
  return {
    ...defaults,
    ...Object.fromEntries(counts),
    source: query.get("source") === "api" ? "api" : "mock",
    list: lists.some(({ id }) => id === list) ? list : defaults.list,
    distinct: query.get("distinct") !== "false",
    faults: faults === undefined ? defaults.faults : faultNames.filter((name) => faults.includes(name)),
    values: Object.fromEntries(
      [...query].flatMap(([name, value]) => (name.startsWith(".") ? [[name.slice(1), value]] : [])),
    ),
  };
}

function count(name: NumberName, text: string | null): number {
  return text !== null && /^\d+$/.test(text) ? bounded(name, Number(text)) : defaults[name];
}

/** The time of the newest item of the mock server. */
const now = "2026-10-01T00:00:00Z";
const minute = 60_000;

/** The range of time that is divided into slices. Items of the mock server are a minute apart, and every fifth is archived. */
function sliceRange({ source, items }: Setup): { readonly from: string; readonly to: string } {
  const end = source === "mock" ? Date.parse(now) + minute : Math.ceil(Date.now() / minute) * minute;
  const length = source === "mock" ? Math.ceil(items * 1.25 + 1) * minute : 30 * 24 * 60 * minute;
  const text = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
  return { from: text(end - length), to: text(end) };
}

/** The arguments of a `list()` call, and the end of the range if the list is walked in slices. */
export interface ListArguments {
  readonly path: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly sliceTo: string | null;
}

/** Returns the arguments that a setup stands for. A required value that is missing has one that fits its type. */
export function argumentsOf(setup: Setup, list: ListChoice): ListArguments {
  const path = list.pathParams.map((name) => setup.values[name] || `${name.replace(/_id$/, "")}_1`);
  const given = filtersOf(list).flatMap(({ name, type, required }) => {
    const text = setup.values[name] || (required === true ? exampleOf(type) : "");
    return text === "" ? [] : [[name, typed(text, type)] as const];
  });
  const params = { ...Object.fromEntries(given), limit: setup.pageSize };
  if (setup.slices < 2 || !canSlice(list) || list.time === undefined) return { path, params, sliceTo: null };
  const { from, to } = list.time;
  const range = sliceRange(setup);
  const { [to]: end = range.to, ...others }: Record<string, unknown> = params;
  return { path, params: { [from]: range.from, ...others }, sliceTo: String(end) };
}

function exampleOf(type: ListChoice["queryParams"][number]["type"]): string {
  if (type === "date-time") return "2026-09-01T00:00:00Z";
  return type === "date" ? "2026-09-01" : "example_1";
}

function typed(text: string, type: ListChoice["queryParams"][number]["type"]): unknown {
  if (type === "integer") return Number(text);
  if (type === "boolean") return text === "true";
  if (type === "string[]") return text.split(",").map((each) => each.trim());
  return text;
}

/** The options of the mock server that a setup stands for. */
export function mockOptions({ items, latencyMs, faults }: Setup): MockServerOptions {
  const script = scriptOf(faults);
  return { items, latencyMs, ...(script.length > 0 && { script }) };
}
