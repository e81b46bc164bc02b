import type { Endpoint } from "../catalog/endpoint.ts";
import { atCaller } from "../errors/at-caller.ts";

/** Lists an endpoint with the arguments of its `list()`: path parameters, parameters, options. */
export type ListFunction = (endpoint: Endpoint, args: readonly unknown[]) => unknown;

/** `usage_report` -> `usageReport`: the tree speaks TypeScript, the wire does not. */
function memberName(part: string): string {
  return part.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Gives `target` a member for every endpoint or branch right below `prefix`. A member becomes an object when it is
 * first touched.
 */
export function growTree(
  target: object,
  prefix: string,
  endpoints: readonly Endpoint[],
  listOf: (self: object) => ListFunction,
): void {
  const below = endpoints.filter(({ id }) => id.startsWith(prefix));
  const parts = new Set(below.map(({ id }) => id.slice(prefix.length).split(".", 1)[0] ?? ""));
  for (const part of parts) {
    const name = memberName(part);
    Object.defineProperty(target, name, {
      configurable: true,
      get(this: object) {
        // Whoever looks at the prototype of the clients must not give it a member that is there for all of them.
        if (this === target && prefix === "") return undefined;
        const value = resource(prefix + part, below, listOf(this));
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
}

function resource(id: string, endpoints: readonly Endpoint[], list: ListFunction): object {
  const endpoint = endpoints.find((each) => each.id === id);
  const node = endpoint === undefined ? {} : { list: listMember(endpoint, list) };
  growTree(node, `${id}.`, endpoints, () => list);
  return node;
}

function listMember(endpoint: Endpoint, list: ListFunction): (...args: unknown[]) => unknown {
  return function member(...args) {
    try {
      return list(endpoint, args);
    } catch (error) {
      throw atCaller(error, member);
    }
  };
}
