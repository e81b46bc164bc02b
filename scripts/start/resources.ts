import { AsyncAnthropic, type AsyncPaginator } from "pageturn";

/** Any resource of the async client. */
export interface AsyncResource {
  list(...args: readonly unknown[]): AsyncPaginator<unknown>;
}

let names: readonly string[] | undefined;

/** The names of everything that the clients list, read from a client: `messages.batches`. */
export function resourceNames(): readonly string[] {
  names ??= namesBelow(new AsyncAnthropic({ apiKey: null }), "").sort();
  return names;
}

/** The name as the clients write it; `usage_report` means `usageReport`. Null if there is no such resource. */
export function canonicalName(name: string): string | null {
  const plain = (text: string) => text.replaceAll(/[._-]/g, "").toLowerCase();
  return resourceNames().find((each) => plain(each) === plain(name)) ?? null;
}

/** The resource of the async client under a name of {@link resourceNames}. */
export function asyncResource(client: AsyncAnthropic, name: string): AsyncResource {
  const found = member(client, name);
  if (isResource(found)) return found;
  throw new TypeError(`There is no ${name} in the async client`);
}

function namesBelow(node: object, prefix: string): string[] {
  return Object.keys(node).flatMap((key) => {
    const child: unknown = Reflect.get(node, key);
    if (typeof child !== "object" || child === null) return [];
    const name = prefix + key;
    return [...(isResource(child) ? [name] : []), ...namesBelow(child, `${name}.`)];
  });
}

function member(client: object, name: string): unknown {
  let node: unknown = client;
  for (const part of name.split(".")) {
    node = typeof node === "object" && node !== null ? Reflect.get(node, part) : undefined;
  }
  return node;
}

function isResource(value: unknown): value is AsyncResource {
  return typeof value === "object" && value !== null && "list" in value && typeof value.list === "function";
}
