import { readFileSync } from "node:fs";
import { createClient, type PaginationStrategy } from "pageturn/client";
import { nameURL } from "../command-words.ts";
import type { UrlOptions } from "../commands/url.ts";
import { UsageError } from "../failure.ts";
import { messages } from "../messages.ts";
import { shownURL } from "../output/redacted.ts";
import { clientOptions } from "../session.ts";
import { readHeaders } from "./headers.ts";

/** A list of any API: the client for it, and what its requests have. */
export interface AnyList {
  readonly client: ReturnType<typeof createClient>;
  readonly url: URL;
  readonly json: Body | undefined;
}

type Body = { readonly [name: string]: unknown };

/** Reads everything about the list that is not its strategy. Throws `UsageError`. */
export function openAnyList(text: string, options: UrlOptions): AnyList {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(
      `Cannot use "${shownURL(text)}" as it must be a URL: https://api.example.com/notes?limit=100`,
    );
  if (url.username !== "" || url.password !== "")
    throw new UsageError(
      "Cannot use a URL with a name or password. Send them by --header-env authorization=VARIABLE",
    );
  nameURL({
    hasBody: options.json !== undefined,
    isConnection:
      options.items === undefined && ["relayConnection", "shopifyGraphql"].includes(options.strategy),
  });
  const headers = readHeaders(options, messages(options));
  const client = createClient({ ...clientOptions(options), baseURL: url.origin, headers });
  return { client, url, json: options.json === undefined ? undefined : readBody(options.json) };
}

/** The options of `client.list()`. */
export function listOptions({ json }: AnyList, strategy: PaginationStrategy) {
  return json === undefined ? { strategy } : { strategy, json };
}

function readBody(typed: string): Body {
  const isFile = typed.startsWith("@");
  const text = isFile ? fileText(typed.slice(1)) : typed;
  const source = isFile ? `--json ${typed}` : "--json";
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    // The message of the parser quotes the text, which may have a key.
    const [, at] = /at position (\d+)/.exec(String(error)) ?? [];
    const where = at === undefined ? "" : ` from character ${Number(at) + 1} on`;
    throw new UsageError(`Cannot use ${source} as it is not JSON${where}`);
  }
  if (isBody(body)) return body;
  throw new UsageError(`Cannot use ${source} as it must be a JSON object`);
}

function fileText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(`Cannot read the file ${file} of --json: ${why}`, { cause: error });
  }
}

function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
