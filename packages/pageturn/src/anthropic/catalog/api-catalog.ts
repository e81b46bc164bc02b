import { readFileSync } from "node:fs";
import { isError } from "../../errors/instance-of.ts";
import { missingFile } from "../../errors/missing-file.ts";
import type { AsyncPaginator } from "../../pagination/list/async-paginator.ts";
import type { AsyncAnthropic } from "../async-anthropic.ts";
import { isPathOfOrganization } from "../workspace.ts";
import type { EndpointTime } from "./endpoint.ts";
import type { ServedEndpoint, ServedParam, ServedShape } from "./served-endpoint.ts";

/** A parameter of a list, with what the API's documents say about it. */
export interface APIListParam extends ServedParam {
  /** The name that callers write: `ids` for `ids[]`. */
  readonly name: string;
  readonly description: string;
}

/** One list of the API: where it is, who can call it, and what it has. */
export interface APIList extends ServedEndpoint {
  /** What it lists, as the end of the sentence "Lists …". */
  readonly lists: string;
  /** Who can call it: the kind of key and its scope. */
  readonly auth: string;
  readonly stability: "ga" | "beta";
  /** What else callers have to know. */
  readonly notes?: string | undefined;
  /** The names of the parameters in the path, in order. */
  readonly pathParams: readonly string[];
  readonly queryParams: readonly APIListParam[];
  /** The range of time that it can be restricted to. */
  readonly time?: EndpointTime | undefined;
}

/** All lists of the API, and the types that their fields name. */
export interface APICatalog {
  readonly endpoints: readonly APIList[];
  readonly shapes: Readonly<Record<string, ServedShape>>;
}

/**
 * Reads the catalog of the lists of the Anthropic API from the package: for tools that need to know parameters and fields.
 * Clients do not load it. In Node.js, Bun and Deno, which needs `--allow-read`.
 *
 * @example
 * ```ts
 * import { readCatalog } from "pageturn/catalog";
 *
 * const models = readCatalog().endpoints.find(({ id }) => id === "models");
 * console.log(models?.path, models?.queryParams.map(({ name }) => name)); // /v1/models [ "after_id", "before_id", "limit" ]
 * ```
 */
export function readCatalog(): APICatalog {
  // The build copies the file into dist, where all files are in one folder.
  const folder = import.meta.url?.endsWith(".ts") ? "./generated/" : "./";
  // `npm run generate` writes this file from values of this very type.
  return JSON.parse(catalogText(`${folder}full-catalog.json`));
}

function catalogText(file: string): string {
  try {
    return readFileSync(new URL(file, import.meta.url), "utf8");
  } catch (cause) {
    // The runtime may not permit it: its own error says so. That of Deno has no code.
    if (isError(cause) && cause.name === "NotCapable") throw cause;
    if (isError(cause) && "code" in cause && !["ENOENT", "ERR_INVALID_URL"].includes(String(cause.code)))
      throw cause;
    throw missingFile("full-catalog.json", cause);
  }
}

let catalog: APICatalog | undefined;

/** Returns the catalog, which is read once. See {@link readCatalog}. */
export function apiCatalog(): APICatalog {
  catalog ??= readCatalog();
  return catalog;
}

/** Whether a list is of an organization, and not of a workspace: its requests name none. */
export function isOfOrganization({ path }: Pick<APIList, "path">): boolean {
  return isPathOfOrganization(path);
}

/** Any list of a client: its path parameters, parameters and options. */
export interface ClientList {
  list(...args: readonly unknown[]): AsyncPaginator<unknown>;
}

/** Returns the list of a client that the catalog calls `id`. Throws `TypeError` if the client does not have it. */
export function clientList(client: AsyncAnthropic, { id }: Pick<APIList, "id">): ClientList {
  let node: unknown = client;
  for (const part of id.split(".")) {
    const name = part.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    node = typeof node === "object" && node !== null ? Reflect.get(node, name) : undefined;
  }
  if (!isList(node)) throw new TypeError(`Cannot find ${id} because the client has no list with this name`);
  return node;
}

function isList(value: unknown): value is ClientList {
  return typeof value === "object" && value !== null && "list" in value && typeof value.list === "function";
}
