import type { Anthropic, AsyncAnthropic } from "pageturn";

/** A `list()` of either client of pageturn, of whatever endpoint. */
export type PageturnList<L> = (...args: readonly unknown[]) => L;

/** The `list()` of an endpoint of the async client, by its id in wire names. */
export function asyncList(client: AsyncAnthropic, id: string): PageturnList<AsyncIterable<unknown>> {
  return listMember(client, id);
}

/** The `list()` of an endpoint of the sync client, by its id in wire names. */
export function syncList(client: Anthropic, id: string): PageturnList<Iterable<unknown>> {
  return listMember(client, id);
}

function listMember<L>(client: object, id: string): PageturnList<L> {
  const names = id.split(".").map(memberName);
  let node: unknown = client;
  for (const name of [...names, "list"]) node = Object(node)[name];
  if (typeof node === "function") return (...args) => node(...args);
  throw new Error(`The client has no ${names.join(".")}.list()`);
}

/** `api_keys` -> `apiKeys` */
function memberName(part: string): string {
  return part.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
