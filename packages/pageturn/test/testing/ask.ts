import type { MockServer } from "../../src/testing.ts";

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into bodies of many shapes.
  readonly body: any;
}

/** Sends a request with the headers that the server requires. A header with an empty value is left out. */
export async function ask(
  server: MockServer,
  target: string,
  init: { readonly headers?: Record<string, string>; readonly method?: string } = {},
): Promise<Asked> {
  const all = { "x-api-key": server.apiKey, "anthropic-version": "2023-06-01", ...init.headers };
  const headers = Object.entries(all).filter(([, value]) => value !== "");
  const response = await fetch(server.url + target, { method: init.method ?? "GET", headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Walks a list by the rules of its page class. Returns its pages. */
export async function walk(
  server: MockServer,
  path: string,
  options: {
    readonly query?: string;
    readonly headers?: Record<string, string>;
    readonly maxPages?: number;
  } = {},
): Promise<Asked["body"][]> {
  const { query = "limit=20", headers = {}, maxPages = 100 } = options;
  const pages: Asked["body"][] = [];
  let cursor = "";
  while (pages.length < maxPages) {
    const { body } = await ask(server, `${path}?${query}${cursor}`, { headers });
    pages.push(body);
    if (typeof body.next_page === "string") {
      cursor = `&${path.endsWith("tokens") ? "page_token" : "page"}=${body.next_page}`;
    } else if (body.has_more === true && typeof body.last_id === "string") {
      cursor = `&after_id=${body.last_id}`;
    } else break;
  }
  return pages;
}

/** The ids of the items of all pages. */
export function idsOf(pages: readonly Asked["body"][]): string[] {
  return pages.flatMap((page) => page.data.map((item: { id: string }) => item.id));
}
