import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { hashText, mixHash } from "./hash-text.ts";
import { idPrefix } from "./id-prefix.ts";
import { type ItemWriter, itemWriter } from "./item-writer.ts";
import { decodePosition, encodePosition, type Mark } from "./position-code.ts";

/** What makes one list differ from another of the same endpoint. */
export interface ServedListOptions {
  readonly seed: number;
  readonly params: Readonly<Record<string, string>>;
  readonly count: number;
  /** The list runs the other way round than the endpoint's default order. */
  readonly reversed: boolean;
  readonly itemBytes: number;
  /** Names the list among all that the server knows. */
  readonly cacheKey: string;
}

/** Which way a walk goes from a cursor. */
export type Direction = "forward" | "backward";

/**
 * One list: `count` items, none of which is held in memory. Item, id and cursor are functions of the seed, the
 * path and the number of the item.
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
  readonly #write: ItemWriter;

  constructor(endpoint: ServedEndpoint, options: ServedListOptions) {
    const { seed, params, count, reversed, itemBytes } = options;
    this.endpoint = endpoint;
    this.cacheKey = options.cacheKey;
    this.params = params;
    this.count = count;
    // Both shapes of one path are views of one list: they share their ids.
    this.key = hashText(`${endpoint.path} ${JSON.stringify(params)}`, seed);
    this.#reversed = reversed;
    this.#prefix = idPrefix(endpoint);
    // A token is bound to the order it was made in, as the API's are.
    const order = reversed ? 2 : 1;
    this.#tokenKeys = { forward: mixHash(this.key, order), backward: mixHash(this.key, order + 2) };
    this.#write = itemWriter(endpoint, { params, itemBytes, idOf: (index) => this.#id(index, 0) });
  }

  /** The JSON of the item at a position. */
  itemJson(position: number): string {
    const index = this.#index(position);
    return this.#write(index, mixHash(this.key, index));
  }

  /** The id of the item at a position. With a salt: a cursor for that place which no item has as its id. */
  idAt({ position, salt }: Mark): string {
    return this.#id(this.#index(position), salt);
  }

  /** The position of an id, or null where this list has none with it. */
  findId(id: string): Mark | null {
    if (!id.startsWith(this.#prefix)) return null;
    const mark = decodePosition(this.key, id.slice(this.#prefix.length));
    if (mark === null) return null;
    const slack = mark.salt > 0 ? 1 : 0;
    const position = this.#index(mark.position);
    return position >= -slack && position < this.count + slack ? { position, salt: mark.salt } : null;
  }

  /** The cursor of the page that begins (forward) or ends (backward) at a place. */
  token(mark: Mark, direction: Direction): string {
    return `page_${encodePosition(this.#tokenKeys[direction], mark)}`;
  }

  /** Reads a cursor back, or gives null where it is none of this list and order. */
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
