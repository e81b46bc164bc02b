import { Anthropic } from "@anthropic-ai/sdk";

/** A `list()` of the official SDK, of whatever resource. */
export type SdkList = (...args: readonly unknown[]) => AsyncIterable<unknown>;

/**
 * The list methods of the official SDK, found by walking its tree of resources, by their place in it in wire names:
 * `messages.batches`, `organization.api_keys`.
 */
export function sdkLists(client: Anthropic): ReadonlyMap<string, SdkList> {
  const found = new Map<string, SdkList>();
  visit(client, "", found);
  return found;
}

function visit(node: object, id: string, found: Map<string, SdkList>): void {
  if ("list" in node && typeof node.list === "function") found.set(id, node.list.bind(node));
  for (const [name, child] of Object.entries(node)) {
    if (!isResource(child)) continue;
    const part = wireName(name);
    visit(child, id === "" ? part : `${id}.${part}`, found);
  }
}

/** Every resource of the SDK keeps the client it belongs to. */
function isResource(value: unknown): value is object {
  return typeof value === "object" && value !== null && Reflect.get(value, "_client") instanceof Anthropic;
}

/** `apiKeys` -> `api_keys` */
function wireName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
