import type { ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { type FieldWriter, fieldWriter, objectWriter } from "./field-writer.ts";
import { decodePosition, encodePosition, hashText, type Mark, mixHash } from "./position-code.ts";

/** The properties that distinguish the lists of one endpoint. */
export interface ServedListOptions {
  readonly seed: number;
  readonly params: Readonly<Record<string, string>>;
  readonly count: number;
  /** The list is in the reverse of the endpoint's default order. */
  readonly reversed: boolean;
  /** Shorter items get a `padding` field. */
  readonly itemBytes: number;
  /** Identifies the list among all lists of the server. */
  readonly cacheKey: string;
}

/** The direction of a walk from a cursor. */
export type Direction = "forward" | "backward";

/**
 * One list of `count` items, none of which is kept in memory: items, ids and cursors are functions of the seed,
 * the path and the index of the item.
 */
export class ServedList {
  readonly endpoint: ServedEndpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly count: number;
  readonly key: number;
  readonly cacheKey: string;
  readonly #reversed: boolean;
  readonly #prefix: string;
  readonly #tokenKeys: Readonly<Record<Direction, number>>;
  readonly #itemBytes: number;
  /** The writers of the items, one for each member of a union. */
  readonly #variants: readonly ((index: number, hash: number) => string)[];

  constructor(endpoint: ServedEndpoint, options: ServedListOptions) {
    const { seed, params, count, reversed, itemBytes } = options;
    this.endpoint = endpoint;
    this.cacheKey = options.cacheKey;
    this.params = params;
    this.count = count;
    // Both shapes of a path are views of the same list, so they share their ids.
    this.key = hashText(`${endpoint.path} ${JSON.stringify(params)}`, seed);
    this.#reversed = reversed;
    this.#prefix = idPrefix(endpoint);
    // As in the API, a token is only valid for the order in which it was made.
    const order = reversed ? 2 : 1;
    this.#tokenKeys = { forward: mixHash(this.key, order), backward: mixHash(this.key, order + 2) };
    this.#itemBytes = itemBytes;
    const id: FieldWriter = (index) => `"${this.#id(index, 0)}"`;
    const { shapes = {} } = endpoint;
    this.#variants = variants(endpoint).map((fields) =>
      objectWriter(fields, (field) =>
        field.name === "id" ? id : fieldWriter(field, { shapes, depth: 0, fixed: params[field.name] }),
      ),
    );
  }

  /** Returns the JSON of the item at a position. The items of a union are its members in turn. */
  itemJson(position: number): string {
    const index = this.#index(position);
    const json = this.#variants[index % this.#variants.length]?.(index, mixHash(this.key, index)) ?? "{}";
    const missing = this.#itemBytes - json.length - ',"padding":""'.length;
    return missing <= 0 ? json : `${json.slice(0, -1)},"padding":"${"x".repeat(missing)}"}`;
  }

  /**
   * Returns the id of the item at a position. With a salt, it is a cursor for that place that is not the id of
   * any item.
   */
  idAt({ position, salt }: Mark): string {
    return this.#id(this.#index(position), salt);
  }

  /** Returns the position of an id, or `null` if this list does not contain it. */
  findId(id: string): Mark | null {
    if (!id.startsWith(this.#prefix)) return null;
    const mark = decodePosition(this.key, id.slice(this.#prefix.length));
    if (mark === null) return null;
    const slack = mark.salt > 0 ? 1 : 0;
    const position = this.#index(mark.position);
    return position >= -slack && position < this.count + slack ? { position, salt: mark.salt } : null;
  }

  /** Returns the cursor of the page that begins (forward) or ends (backward) at a place. */
  token(mark: Mark, direction: Direction): string {
    return `page_${encodePosition(this.#tokenKeys[direction], mark)}`;
  }

  /** Decodes a cursor. Returns `null` if it does not belong to this list and order. */
  readToken(token: string): { readonly mark: Mark; readonly direction: Direction } | null {
    if (!token.startsWith("page_")) return null;
    const code = token.slice("page_".length);
    for (const direction of ["forward", "backward"] as const) {
      const mark = decodePosition(this.#tokenKeys[direction], code);
      if (mark !== null && mark.position >= 0 && mark.position <= this.count) return { mark, direction };
    }
    return null;
  }

  #id(index: number, salt: number): string {
    return this.#prefix + encodePosition(this.key, { position: index, salt });
  }

  #index(position: number): number {
    return this.#reversed ? this.count - 1 - position : position;
  }
}

/** The fields of items whose fields are not known. */
const plainFields: readonly ServedField[] = [
  { name: "id", type: "string" },
  { name: "type", type: "string" },
  { name: "created_at", type: "string" },
];

/** The field lists of an endpoint's items: one, or one for each member of the union. */
function variants({ itemFields }: ServedEndpoint): readonly (readonly ServedField[])[] {
  const lists = "union" in itemFields ? itemFields.union.map((variant) => variant.fields) : [itemFields];
  const known = lists.filter((fields) => fields.length > 0);
  return known.length > 0 ? known : [plainFields];
}

/** The id prefixes of the API that differ from the `type` of the item. */
const prefixes: Readonly<Record<string, string>> = {
  model: "model-",
  message_batch: "msgbatch_",
  skill_version: "skillver_",
};

/** Returns the prefix of the ids of an endpoint's items: `file_`, `msgbatch_`. */
function idPrefix(endpoint: ServedEndpoint): string {
  const [fields, ...others] = variants(endpoint);
  const type = fields?.find((field) => field.name === "type")?.enum?.[0];
  // The members of a union share one prefix, so it comes from the name of the list.
  const name = others.length === 0 && typeof type === "string" ? type : singular(endpoint.id);
  return prefixes[name] ?? `${name}_`;
}

function singular(id: string): string {
  const last = id.split(".").at(-1) ?? "item";
  return last.replace(/ies$/, "y").replace(/s$/, "");
}
