import type { ServedEffect, ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { type FieldWriter, fieldWriter, isoTime, objectWriter, type Writer } from "./field-writer.ts";
import {
  type Direction,
  type ItemList,
  type ListCursor,
  readToken,
  tokenCodes,
  writeToken,
} from "./item-list.ts";
import { setAll } from "./json-fields.ts";
import type { ListChanges } from "./list-changes.ts";
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
  /** The time of the newest item, in milliseconds since 1970. */
  readonly now: number;
  readonly changes: ListChanges;
  /** The filters that cursors belong to, besides the order. */
  readonly filters?: string;
  /** Values that all items have at these paths: `slack.workspace_id`. */
  readonly fixed?: Readonly<Record<string, string>>;
}

const minute = 60_000;

/** Of five places of a list, one is for an item that is only listed if a parameter asks for it. */
const hiddenEvery = 5;

/**
 * All items of one path. None of them is kept in memory: items, ids and cursors are functions of the seed, the
 * path and the index of the item. An item is a minute older or newer than the next.
 */
export class ServedList implements ItemList {
  readonly endpoint: ServedEndpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly key: number;
  readonly cacheKey: string;
  readonly now: number;
  /** The field of the items whose time is in the order of the list. */
  readonly timeField: string;
  readonly #options: ServedListOptions;
  /** The number of items before the list grew. */
  readonly #size: number;
  readonly #first: number;
  readonly #end: number;
  readonly #oldestFirst: boolean;
  readonly #hides: readonly (ServedEffect & { readonly wire: string })[];
  readonly #repeated: ReadonlySet<string>;
  readonly #prefix: string;
  readonly #tokenKeys: Readonly<Record<Direction, number>>;
  /** The fields of the items, one list for each member of a union. */
  readonly #variants: readonly Variant[];

  constructor(endpoint: ServedEndpoint, options: ServedListOptions) {
    const { seed, params, count, reversed, changes } = options;
    this.endpoint = endpoint;
    this.params = params;
    this.cacheKey = options.cacheKey;
    this.now = options.now;
    this.#options = options;
    // Both shapes of a path are views of the same list, so they share their ids.
    this.key = hashText(`${endpoint.path} ${JSON.stringify(params)}`, seed);
    this.timeField = timeFieldOf(endpoint);
    const order = endpoint.queryParams.find(({ wire }) => wire === "order");
    this.#oldestFirst = order?.default === "asc";
    this.#hides = endpoint.queryParams.flatMap(({ wire, effect }) =>
      effect?.does === "shows" ? [{ wire, ...effect }] : [],
    );
    // Hidden items come on top of the ones that the option `items` asks for.
    this.#size = count + (this.#hides.length === 0 ? 0 : Math.floor(count / (hiddenEvery - 1)));
    this.#first = this.#oldestFirst ? 0 : -changes.added;
    this.#end = this.#size + (this.#oldestFirst ? changes.added : 0);
    this.#repeated = repeatedPaths(endpoint);
    this.#prefix = idPrefix(endpoint);
    // As in the API, a token is only valid for the order in which it was made.
    this.#tokenKeys = tokenCodes(hashText(`${reversed} ${options.filters ?? ""}`, this.key));
    this.#variants = variants(endpoint).map((fields) => new Variant(fields, (field) => this.#writer(field)));
  }

  get count(): number {
    return this.#end - this.#first;
  }

  upTo(position: number): number {
    return Math.min(position, this.count);
  }

  itemJson(position: number): string {
    const index = this.#index(position);
    const changed = this.#options.changes.updated.get(index);
    const json = this.#variant(index).json(index, mixHash(this.key, index));
    if (changed !== undefined) return JSON.stringify(setAll(JSON.parse(json), changed));
    const missing = this.#options.itemBytes - json.length - ',"padding":""'.length;
    return missing <= 0 ? json : `${json.slice(0, -1)},"padding":"${"x".repeat(missing)}"}`;
  }

  /** Returns the value of one field of the item at a position; `undefined` if it has none. */
  field(position: number, name: string): unknown {
    const index = this.#index(position);
    const changed = this.#options.changes.updated.get(index);
    if (changed !== undefined && Object.hasOwn(changed, name)) return changed[name];
    const json = this.#variant(index).fieldJson(name, index, mixHash(this.key, index));
    return json === null ? undefined : JSON.parse(json);
  }

  /** The fields that follow from the place of an item: its id, and its time where the list is selected by it. */
  get fixedFields(): readonly string[] {
    const isSelected = this.endpoint.queryParams.some(
      ({ effect }) => effect?.on === this.timeField && timeEffects.includes(effect.does),
    );
    return isSelected ? ["id", this.timeField] : ["id"];
  }

  /** Whether any item was removed. */
  get hasRemoved(): boolean {
    return this.#options.changes.removed.size > 0;
  }

  /** Whether the item at a position was removed. */
  isRemoved(position: number): boolean {
    return this.#options.changes.removed.has(this.#index(position));
  }

  /** Returns the name of the parameter without which the item at a position is not listed, if there is one. */
  hiddenBy(position: number): string | undefined {
    return this.#hiddenBy(this.#index(position))?.wire;
  }

  /** Whether any item is only listed on demand. */
  get hasHidden(): boolean {
    return this.#hides.length > 0;
  }

  /** Whether the oldest item comes first in this order. */
  get ascends(): boolean {
    return this.#oldestFirst !== this.#options.reversed;
  }

  /** Returns the number of items that are earlier than a time in milliseconds, or also those at it. */
  countBefore(time: number, inclusive: boolean): number {
    const age = (this.#options.now - time) / minute;
    // Of the items `age` minutes old, those with a higher age are earlier. The oldest is `size - 1` minutes old.
    const earlier = this.#size - 1 - (inclusive ? Math.ceil(age) - 1 : Math.floor(age));
    return Math.min(Math.max(earlier, 0), this.count);
  }

  idAt({ position, salt }: Mark): string {
    return this.#id(this.#index(position), salt);
  }

  findId(id: string): Mark | null {
    const mark = this.#decodeId(id);
    if (mark === null || mark.salt > 0) return null;
    return this.#options.changes.removed.has(mark.position) ? null : this.#position(mark);
  }

  placeOf(id: string, side: "before" | "after"): Mark | null {
    const mark = this.#decodeId(id);
    if (mark === null) return null;
    const { position, salt } = this.#position(mark);
    return { position: side === "after" ? position + 1 : position, salt };
  }

  token({ position, salt }: Mark, direction: Direction): string {
    // A place keeps its cursor while the list grows at its other end.
    const place = this.#options.reversed ? this.#end - position : this.#first + position;
    return writeToken(this.#tokenKeys, { position: place, salt }, direction);
  }

  readToken(token: string): ListCursor | null {
    const cursor = readToken(this.#tokenKeys, token);
    if (cursor === null) return null;
    const { position: place, salt } = cursor.mark;
    const position = this.#options.reversed ? this.#end - place : place - this.#first;
    return position >= 0 && position <= this.count ? { ...cursor, mark: { position, salt } } : null;
  }

  /** Returns the index of an item that this list contains or contained; its index does not change. */
  indexOf(id: string): number | null {
    const mark = this.#decodeId(id);
    return mark === null || mark.salt > 0 ? null : mark.position;
  }

  /** Decodes an id of this list, or a cursor that a fault sent instead of one. */
  #decodeId(id: string): Mark | null {
    if (!id.startsWith(this.#prefix)) return null;
    const mark = decodePosition(this.key, id.slice(this.#prefix.length));
    if (mark === null) return null;
    const slack = mark.salt > 0 ? 1 : 0;
    const isInside = mark.position >= this.#first - slack && mark.position < this.#end + slack;
    return isInside ? mark : null;
  }

  #position({ position, salt }: Mark): Mark {
    return { position: this.#options.reversed ? this.#end - 1 - position : position - this.#first, salt };
  }

  #index(position: number): number {
    return this.#options.reversed ? this.#end - 1 - position : this.#first + position;
  }

  #id(index: number, salt: number): string {
    return this.#prefix + encodePosition(this.key, { position: index, salt });
  }

  /** The items of a union are its members in turn. */
  #variant(index: number): Variant {
    const { length } = this.#variants;
    const variant = this.#variants[((index % length) + length) % length];
    if (variant === undefined) throw new Error("an endpoint without items");
    return variant;
  }

  #timeOf(index: number): number {
    return this.#options.now - (this.#oldestFirst ? this.#size - 1 - index : index) * minute;
  }

  #hiddenBy(index: number): (ServedEffect & { readonly wire: string }) | undefined {
    const changed = this.#options.changes.updated.get(index);
    const shown = changed && this.#hides.find(({ on }) => on !== undefined && Object.hasOwn(changed, on));
    if (shown !== undefined) return changed?.[shown.on ?? ""] === null ? undefined : shown;
    if (index < 0 || index >= this.#size || index % hiddenEvery < hiddenEvery - 1) return undefined;
    // Where two parameters show items, the second shows one: the default workspace.
    return index < hiddenEvery ? this.#hides.at(-1) : this.#hides[0];
  }

  #writer(field: ServedField): FieldWriter {
    if (field.name === "id") return (index) => `"${this.#id(index, 0)}"`;
    const shown = this.#hides.find(({ on }) => on === field.name);
    if (shown !== undefined) {
      return (index) =>
        this.#hiddenBy(index) === shown ? `"${isoTime(this.#timeOf(index) + minute)}"` : "null";
    }
    const { params, fixed = {} } = this.#options;
    const isTime = field.name === this.timeField;
    return fieldWriter(isTime ? { ...field, nullable: false, optional: false } : field, {
      shapes: this.endpoint.shapes ?? {},
      depth: 0,
      path: field.name,
      repeated: this.#repeated,
      timeField: this.timeField,
      timeOf: (index) => this.#timeOf(index),
      now: this.#options.now,
      fixed: { ...params, ...fixed },
    });
  }
}

/** The writers of the items of one type. */
class Variant {
  readonly json: Writer;
  readonly #fields: ReadonlyMap<string, FieldWriter>;

  constructor(fields: readonly ServedField[], writerOf: (field: ServedField) => FieldWriter) {
    this.#fields = new Map(fields.map((field) => [field.name, writerOf(field)]));
    this.json = objectWriter(this.#fields);
  }

  fieldJson(name: string, index: number, hash: number): string | null {
    return this.#fields.get(name)?.(index, hash) ?? null;
  }
}

/** Parameters that compare the time of an item. */
const timeEffects: readonly string[] = ["after", "from", "before", "until"];

/** The field whose time is in the order of a list: the first one that can be restricted to a range. */
function timeFieldOf({ queryParams }: ServedEndpoint): string {
  const effect = queryParams.find(
    ({ effect }) => effect !== undefined && timeEffects.includes(effect.does),
  )?.effect;
  return effect?.on ?? "created_at";
}

/** The paths that a filter compares with a value: several items have to have the same. */
function repeatedPaths({ queryParams }: ServedEndpoint): ReadonlySet<string> {
  const repeats = ["equals", "oneOf", "noneOf"];
  return new Set(
    queryParams.flatMap(({ effect }) =>
      effect !== undefined && repeats.includes(effect.does) ? (effect.on?.split("|") ?? []) : [],
    ),
  );
}

/** The fields of items whose fields are not known. */
const plainFields: readonly ServedField[] = [
  { name: "id", type: "string" },
  { name: "type", type: "string" },
  { name: "created_at", type: "string" },
];

/** The field lists of an endpoint's items: one, or one for each member of the union. */
function variants({ itemFields, queryParams }: ServedEndpoint): readonly (readonly ServedField[])[] {
  const union = "union" in itemFields ? itemFields.union.map((variant) => variant.fields) : [itemFields];
  // Folders are only listed in the place of the files in them.
  const lists = queryParams.some(({ effect }) => effect?.does === "folds") ? union.slice(0, 1) : union;
  const known = lists.filter((fields) => fields.length > 0);
  return known.length > 0 ? known : [plainFields];
}

/** The id prefixes of the API that differ from the `type` of the item. */
const prefixes: Readonly<Record<string, string>> = {
  model: "model-",
  message_batch: "msgbatch_",
  skill_version: "skillver_",
  compliance_review_case: "rvc_",
  compliance_review_notice: "rvn_",
  external_storage: "estrg_",
};

/** Returns the prefix of the ids of an endpoint's items: `file_`, `msgbatch_`. */
function idPrefix(endpoint: ServedEndpoint): string {
  const [fields, ...others] = variants(endpoint);
  const type = fields?.find((field) => field.name === "type")?.enum?.[0];
  // The members of a union share one prefix, so it comes from the name of the list.
  const name = others.length === 0 && typeof type === "string" ? type : singular(endpoint.id);
  return Object.hasOwn(prefixes, name) ? `${prefixes[name]}` : `${name}_`;
}

function singular(id: string): string {
  const last = id.split(".").at(-1) ?? "item";
  return last.replace(/ies$/, "y").replace(/s$/, "");
}
