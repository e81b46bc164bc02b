import type { ListChoice } from "../setup/list-choice.ts";

/** What a plain loop needs. */
export interface PlainLoop {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly list: Pick<ListChoice, "page" | "itemsKey">;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * The loop that `loopCode()` shows: it decides about retries, bodies and the next page as the official SDK does
 * (docs/faults.md).
 */
export async function* plainLoop({ url, headers, fetch, list }: PlainLoop): AsyncGenerator<unknown, void> {
  for (;;) {
    const response = await request(url, { headers, fetch });
    const isJson = response.headers.get("content-type")?.includes("json");
    // The cast: a plain loop does not check what it gets.
    const page = (isJson ? await response.json() : {}) as Body;
    const items = (page[list.itemsKey] ?? []) as readonly unknown[];
    yield* items;
    const [name, cursor] = next(list, page, items);
    if (cursor === null || cursor === undefined || cursor === "") return;
    url.searchParams.set(name, String(cursor));
  }
}

/** The parameter of the next page, and its value. */
function next(
  { page: kind }: PlainLoop["list"],
  page: Body,
  items: readonly unknown[],
): readonly [string, unknown] {
  if (kind !== "Page") return ["page", page["next_page"]];
  const ends = !page["has_more"] || items.length === 0;
  return ["after_id", ends ? null : page["last_id"]];
}

async function request(
  url: URL,
  { headers, fetch }: Pick<PlainLoop, "headers" | "fetch">,
): Promise<Response> {
  for (let retries = 2; ; retries--) {
    const response = await fetch(url, { headers }).catch((error: unknown) => {
      if (retries === 0) throw error;
    });
    if (response?.ok) return response;
    const isFinal =
      response !== undefined && response.status < 500 && ![408, 409, 429].includes(response.status);
    if (response !== undefined && (isFinal || retries === 0)) throw new Error(`Status ${response.status}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
