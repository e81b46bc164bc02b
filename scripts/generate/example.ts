// The example of a list: it stands in the reference and in the doc comment of its `list()`, and tests run it.
import type { CatalogEndpoint, Field, Param } from "./catalog.ts";
import { camelCase, clientPath } from "./names.ts";
import { timeRange } from "./time-range.ts";

/** How wide code is. */
const width = 100;

/** The example of the reference: a whole program. */
export function exampleProgram(endpoint: CatalogEndpoint): string {
  const params = [...requiredParams(endpoint), ...usefulParams(endpoint)];
  return `import { AsyncAnthropic } from "pageturn";

const client = new AsyncAnthropic();
${loop(endpoint, params)}`;
}

/** The example of the doc comment: the shortest call. */
export function exampleLoop(endpoint: CatalogEndpoint): string {
  const params = requiredParams(endpoint);
  const item = itemName(endpoint);
  return `const list = new AsyncAnthropic().${callOf(endpoint, params).slice("client.".length)};
for await (const ${item} of list) console.log(${printed(endpoint, item).join(", ")});`;
}

function loop(endpoint: CatalogEndpoint, params: readonly string[]): string {
  const item = itemName(endpoint);
  const short = callOf(endpoint, params);
  const head = `for await (const ${item} of ${short}) {`;
  const print = `  console.log(${printed(endpoint, item).join(", ")});\n}`;
  if (head.length <= width) return `${head}\n${print}`;
  const list = `const list = ${short};`;
  const whole = list.length <= width ? list : `const list = ${callOf(endpoint, params, true)};`;
  return `${whole}\nfor await (const ${item} of list) {\n${print}`;
}

/** The call, with each parameter on a line of its own if it would be too long. */
function callOf(endpoint: CatalogEndpoint, params: readonly string[], onLines = false): string {
  const ids = endpoint.pathParams.map((name) => `"${name.replace(/_id$/, "")}_1"`);
  const object = onLines
    ? `{\n${params.map((each) => `  ${each},`).join("\n")}\n}`
    : `{ ${params.join(", ")} }`;
  return `${clientPath(endpoint.id)}.list(${[...ids, ...(params.length === 0 ? [] : [object])].join(", ")})`;
}

function requiredParams({ params }: CatalogEndpoint): readonly string[] {
  return params.filter(({ required }) => required).map(argument);
}

/** What most callers set: the start of the range of time, and the largest pages. */
function usefulParams(endpoint: CatalogEndpoint): readonly string[] {
  const { params } = endpoint;
  const from = timeRange(endpoint)?.from;
  const start = params.find(({ name, required }) => name === from && !required);
  const limit = params.find(({ name, max }) => name === "limit" && max !== null);
  return [
    ...(start === undefined ? [] : [argument(start)]),
    ...(limit === undefined ? [] : ['limit: "max"']),
  ];
}

function argument({ name, type, values }: Param): string {
  const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
  return `${key}: ${JSON.stringify(exampleValue({ name, type, values }))}`;
}

function exampleValue({ name, type, values }: Pick<Param, "name" | "type" | "values">): unknown {
  const text = values[0] ?? `${name.replace(/_ids?$/, "")}_1`;
  const examples: Readonly<Record<Param["type"], unknown>> = {
    string: text,
    integer: 1,
    boolean: true,
    "string[]": [text],
    date: "2026-10-01",
    "date-time": "2026-10-01T00:00:00Z",
  };
  return examples[type];
}

/** What the loop calls an item: the last word of the list in the singular, or that of the type. */
function itemName({ id, items }: CatalogEndpoint): string {
  if (items.type.endsWith("Bucket")) return "bucket";
  const [word = ""] = camelCase(id.split(".").at(-1) ?? "").match(/[A-Za-z][a-z0-9]*$/) ?? [];
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`.toLowerCase();
  if (/(?:ch|s)es$/.test(word)) return word.slice(0, -2).toLowerCase();
  if (word.endsWith("s")) return word.slice(0, -1).toLowerCase();
  return (items.type.match(/[A-Z][a-z]+$/)?.[0] ?? "item").toLowerCase();
}

/** Fields that say what an item is, the best first. */
const telling = [
  "id",
  "name",
  "display_name",
  "title",
  "filename",
  "email",
  "email_address",
  "path",
  "status",
  "processing_status",
  "starting_at",
  "created_at",
];

/** What the example prints of an item: two of its fields. */
function printed({ items }: CatalogEndpoint, item: string): readonly string[] {
  const [first, ...others] = items.variants;
  if (first === undefined) return [`${item}["id"]`, `${item}["type"]`];
  const shared = first.fields.filter(({ name }) =>
    others.every(({ fields }) => fields.some((field) => field.name === name)),
  );
  const plain = shared.filter(isPlain).map(({ name }) => name);
  const best = telling.filter((name) => plain.includes(name));
  const rest = plain.filter((name) => !best.includes(name)).toSorted((a, b) => rank(a) - rank(b));
  const lengths = shared
    .filter(({ type, optional, nullable }) => type.endsWith("[]") && !optional && !nullable)
    .map(({ name }) => `${name}.length`);
  const ids = rest.filter((name) => rank(name) === 0 && !best.includes("id"));
  const [one, ...more] = new Set([...ids, ...best, ...rest]);
  const chosen = [one, lengths.length > 0 && !best.includes("id") ? lengths[0] : more[0]];
  const members = chosen.filter((name) => name !== undefined).map((name) => `${item}.${name}`);
  return members.length === 0 ? [item] : members;
}

function isPlain({ type }: Field): boolean {
  return ["string", "number", "boolean"].includes(type);
}

/** Ids of what an item belongs to say the most, and `type` is the same in most items. */
function rank(name: string): number {
  if (name === "type") return 2;
  return /_id$/.test(name) && !name.startsWith("created_by") ? 0 : 1;
}
