import { membersOf } from "../setup/list-choice.ts";
import { argumentsOf, mockOptions, type Setup } from "../setup/setup.ts";
import { loopURL } from "./loop-url.ts";
import { type Chosen, MAX_EMPTY_PAGES, repeatsOf } from "./open-list.ts";
import { TIMEOUT_MS } from "./time-limits.ts";

/** The program that does what the walk of the page does, for Node.js. `resumes`: it continues from a kept checkpoint. */
export function walkCode(chosen: Chosen, { resumes = false } = {}): string {
  const { setup, list } = chosen;
  const { sliceTo } = argumentsOf(setup, list);
  const { slices, prefetch } = setup;
  const resume = resumes && { resumeFrom: raw('JSON.parse(readFileSync(file, "utf8"))') };
  const options =
    sliceTo === null
      ? {
          ...(prefetch > 0 && { prefetch }),
          maxEmptyPages: MAX_EMPTY_PAGES,
          ...(repeatsOf(chosen) === "dropped" && { distinctBy: raw("({ id }) => id") }),
          ...resume,
        }
      : { to: sliceTo, slices, concurrency: slices, ...resume };
  return lines(
    `import { ${resumes ? "readFileSync, " : ""}writeFileSync } from "node:fs";`,
    `import { AsyncAnthropic${sliceTo === null ? "" : ", sliceByTime"} } from "pageturn";`,
    setup.source === "mock" && 'import { startMockServer } from "pageturn/testing";',
    "",
    serverCode(setup),
    clientCode(setup),
    'const file = "checkpoint.json";',
    "",
    `const list = ${listCode(chosen)};`,
    sliceTo === null
      ? `const walk = list.items(${literal(options)});`
      : `const walk = sliceByTime(list, ${literal(options)});`,
    "try {",
    `  for await (const item of walk) console.log(${list.hasId ? "item.id" : "item"});`,
    "  console.log(walk.outcome);",
    "} finally {",
    "  writeFileSync(file, JSON.stringify(walk.checkpoint));",
    "}",
    closeCode(setup),
  );
}

/** The plain loop of the page as a program for Node.js: retries, bodies and the end of the list as in the official SDK. */
export function loopCode(chosen: Chosen): string {
  const { setup, list } = chosen;
  const isMock = setup.source === "mock";
  const headers = {
    "x-api-key": raw(isMock ? "server.apiKey" : 'process.env["ANTHROPIC_API_KEY"] ?? ""'),
    "anthropic-version": "2023-06-01",
    ...(list.betaHeader.length > 0 && { "anthropic-beta": list.betaHeader.join(",") }),
  };
  const [name, field] = list.page === "Page" ? ["after_id", "last_id"] : ["page", "next_page"];
  const target = JSON.stringify(loopURL(argumentsOf(setup, list), list));
  return lines(
    isMock && 'import { startMockServer } from "pageturn/testing";',
    isMock && "",
    serverCode(setup),
    `const url = new URL(${target}, ${isMock ? "server.url" : '"https://api.anthropic.com"'});`,
    `const headers = ${literal(headers)};`,
    "",
    "async function request(): Promise<Response> {",
    "  for (let retries = 2; ; retries--) {",
    "    const response = await fetch(url, { headers }).catch((error) => {",
    "      if (retries === 0) throw error;",
    "    });",
    "    if (response?.ok) return response;",
    "    const status = response?.status ?? 500;",
    "    const isFinal = status < 500 && ![408, 409, 429].includes(status);",
    '    if (response && (isFinal || retries === 0)) throw new Error("Status " + status);',
    "    await new Promise((resolve) => setTimeout(resolve, 500));",
    "  }",
    "}",
    "",
    "for (;;) {",
    "  const response = await request();",
    '  const isJson = response.headers.get("content-type")?.includes("json");',
    "  const page = isJson ? await response.json() : {};",
    `  const items = page.${list.itemsKey} ?? [];`,
    `  for (const item of items) console.log(${list.hasId ? "item.id" : "item"});`,
    list.page === "Page" && "  if (!page.has_more || items.length === 0) break;",
    `  if (!page.${field}) break;`,
    `  url.searchParams.set("${name}", page.${field});`,
    "}",
    closeCode(setup),
  );
}

/** The query of TanStack Query that the page scrolls. */
export function queryCode(chosen: Chosen, { maxPages }: { readonly maxPages: number | null }): string {
  const { setup, list } = chosen;
  const { params } = argumentsOf({ ...setup, slices: 1 }, list);
  return lines(
    'import { InfiniteQueryObserver, QueryClient } from "@tanstack/query-core";',
    'import { AsyncAnthropic } from "pageturn";',
    setup.source === "mock" && 'import { startMockServer } from "pageturn/testing";',
    'import { infiniteQueryOptions } from "pageturn/tanstack-query";',
    "",
    serverCode(setup),
    clientCode(setup),
    `const list = ${listCode({ list, setup: { ...setup, slices: 1 } })};`,
    `const query = infiniteQueryOptions(list, {`,
    `  queryKey: ${literal([list.id, params])},`,
    maxPages !== null && `  maxPages: ${maxPages},`,
    "});",
    "",
    "// In Preact or React: useInfiniteQuery(query)",
    "const observer = new InfiniteQueryObserver(new QueryClient(), query);",
    "await observer.refetch();",
    "const { data, hasNextPage } = await observer.fetchNextPage();",
    "console.log(data?.pages.map(({ items }) => items.length), hasNextPage);",
    closeCode(setup),
  );
}

function serverCode(setup: Setup): string | false {
  return setup.source === "mock" && `const server = await startMockServer(${literal(mockOptions(setup))});`;
}

function closeCode({ source }: Setup): string | false {
  return source === "mock" && "await server.close();";
}

function clientCode({ source }: Setup): string {
  if (source === "api") return "const client = new AsyncAnthropic();";
  const options = { baseURL: raw("server.url"), apiKey: raw("server.apiKey"), timeout: TIMEOUT_MS };
  return `const client = new AsyncAnthropic(${literal(options)});`;
}

function listCode({ setup, list }: Chosen): string {
  const { path, params } = argumentsOf(setup, list);
  const args = [...path, params].map((each) => literal(each)).join(", ");
  return `client.${membersOf(list).join(".")}.list(${args})`;
}

/** Code that stands for itself in {@link literal}. */
class RawCode {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
}

function raw(code: string): RawCode {
  return new RawCode(code);
}

/** The code stands in a narrow column. */
const WIDTH = 52;

/** Writes a value as TypeScript, on several lines where it is long. */
function literal(value: unknown, indent = ""): string {
  if (value instanceof RawCode) return value.code;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const parts = (at: string) =>
    isArray
      ? value.map((each) => literal(each, at))
      : Object.entries(value).map(([name, each]) => {
          const key = /^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name);
          return `${key}: ${literal(each, at)}`;
        });
  const [open, close] = isArray ? ["[", "]"] : ["{ ", " }"];
  const flat = `${open}${parts(indent).join(", ")}${close}`;
  if (flat.length + indent.length <= WIDTH && !flat.includes("\n")) return flat;
  const each = parts(inner).map((part) => `${inner}${part},\n`);
  return `${open.trim()}\n${each.join("")}${indent}${close.trim()}`;
}

function lines(...each: readonly (string | false)[]): string {
  return `${each.filter((line) => line !== false).join("\n")}\n`;
}
