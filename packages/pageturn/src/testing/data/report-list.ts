import type { ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { fieldWriter, isoTime } from "./field-writer.ts";
import {
  type Direction,
  filterText,
  type ItemList,
  type ListCursor,
  readToken,
  tokenCodes,
  writeToken,
} from "./item-list.ts";
import type { ListChanges } from "./list-changes.ts";
import { hashText, type Mark, mixHash } from "./position-code.ts";
import { readSubjects, type Subject, type Subjects } from "./report-actors.ts";
import {
  allowedStreams,
  dimensionValues,
  type Group,
  groupsBy,
  lineDimensions,
  readAllowed,
  readSplits,
} from "./report-groups.ts";
import { type ReportRange, readRange } from "./report-range.ts";
import { centsText, costLines, isMetric, type Range, UsageLedger } from "./usage-ledger.ts";

/** What a report is about. */
export interface ReportOptions {
  readonly seed: number;
  /** The number of objects; that of buckets if the request does not say when the range ends. */
  readonly count: number;
  readonly now: number;
  readonly reversed: boolean;
  readonly changes: ListChanges;
  readonly query: URLSearchParams;
  readonly cacheKey: string;
}

/** What one row counts. */
interface Row extends Group {
  readonly range: Range;
  readonly subject: Subject;
}

const day = 86_400_000;

/** A report about a range of time. Its rows are computed from the ledger, and none is kept. */
export class ReportList implements ItemList {
  readonly endpoint: ServedEndpoint;
  readonly params = {};
  readonly key: number;
  readonly cacheKey: string;
  readonly now: number;
  readonly count: number;
  readonly #options: ReportOptions;
  readonly #ledger: UsageLedger;
  readonly #dimensions: ReadonlyMap<string, unknown>;
  readonly #range: ReportRange;
  readonly #groups: readonly Group[];
  readonly #subjects: Subjects;
  readonly #fields: readonly ServedField[];
  readonly #codes: Readonly<Record<Direction, number>>;

  constructor(endpoint: ServedEndpoint, options: ReportOptions) {
    const { seed, now, changes, query } = options;
    this.endpoint = endpoint;
    this.cacheKey = options.cacheKey;
    this.now = now;
    this.#options = options;
    this.key = hashText(endpoint.path, seed);
    this.#codes = tokenCodes(hashText(filterText(query), this.key));
    this.#fields = "union" in endpoint.itemFields ? [] : endpoint.itemFields;
    const dimensions = dimensionValues(seed);
    this.#dimensions = dimensions;
    // Reports of one organization agree with each other, as they read the same ledger.
    this.#ledger = new UsageLedger(hashText("usage", seed), { values: dimensions, now, late: changes.late });
    this.#range = readRange(endpoint, options);
    const splits = readSplits(endpoint, query);
    const allowed = readAllowed(endpoint, { query, dimensions });
    this.#groups = groupsBy(splits, allowedStreams(this.#ledger.streams, allowed));
    this.#subjects = readSubjects(endpoint, { ...options, splits, allowed });
    const { from, to, width } = this.#range;
    const rows = endpoint.report === "buckets" ? 1 : this.#groups.length * this.#subjects.length;
    this.count = Math.ceil((to - from) / width) * rows;
  }

  upTo(position: number): number {
    return Math.min(position, this.count);
  }

  itemJson(position: number): string {
    const row = this.#row(this.#options.reversed ? this.count - 1 - position : position);
    return JSON.stringify(this.#object(this.#fields, row, ""));
  }

  /** Returns the value that a row is sorted by, without the rest of the row. */
  sortValue(position: number, name: string): number | string {
    const row = this.#row(position);
    const path = this.#pathOf(name === "time" ? "starting_at" : name);
    let fields = this.#fields;
    let found: unknown;
    for (const [depth, part] of path.entries()) {
      const field = fields.find((each) => each.name === part);
      const shape = field === undefined ? undefined : this.#shapeOf(field.type);
      if (depth < path.length - 1 && shape !== undefined) fields = shape;
      else if (field !== undefined) found = this.#value(field, row, path.slice(0, depth + 1).join("."));
    }
    const text = String(found ?? 0);
    return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  }

  /** Rows of a report have no ids. */
  idAt(): string {
    return "";
  }

  findId(): null {
    return null;
  }

  placeOf(): null {
    return null;
  }

  token(mark: Mark, direction: Direction): string {
    return writeToken(this.#codes, mark, direction);
  }

  readToken(token: string): ListCursor | null {
    const cursor = readToken(this.#codes, token);
    return cursor !== null && cursor.mark.position >= 0 && cursor.mark.position <= this.count ? cursor : null;
  }

  #row(position: number): Row {
    const isBuckets = this.endpoint.report === "buckets";
    const groups = isBuckets ? 1 : this.#groups.length;
    const subjects = isBuckets ? 1 : this.#subjects.length;
    const { from, to, width } = this.#range;
    const start = from + Math.floor(position / (subjects * groups)) * width;
    const range = { from: start, to: Math.min(start + width, to) };
    const group = this.#groups[position % groups] ?? { values: new Map(), streams: [], lines: [] };
    return { ...group, range, subject: this.#subjects.at(Math.floor(position / groups) % subjects) };
  }

  #object(fields: readonly ServedField[], row: Row, path: string): Readonly<Record<string, unknown>> {
    const entries = fields.map((field) => [field.name, this.#value(field, row, path + field.name)]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  #value(field: ServedField, row: Row, path: string): unknown {
    const { name, optional = false, nullable = false } = field;
    const { range } = row;
    const split = row.values.get(name);
    if (split !== undefined) return split;
    if (path === "results") return this.#results(field, range);
    if (path === "starting_at" || path === "date") return isoTime(range.from);
    if (path === "ending_at") return isoTime(range.to);
    if (this.endpoint.report === "groups") {
      if (name === "actor") return row.subject.actor;
      if (name === "actor_type") return row.subject.actorType;
    }
    const isDimension = this.#dimensions.has(name) || lineDimensions.includes(name);
    if (isDimension && (nullable || optional)) return optional ? undefined : null;
    if (name === "currency") return "USD";
    if (/(amount|price|spend)$/.test(name)) return this.#money(field, row, path);
    if (field.type === "number") return this.#number(row, name, path);
    const shape = this.#shapeOf(field.type);
    if (shape !== undefined) return this.#object(shape, row, `${path}.`);
    const inner = /^(\w+)\[\]$/.exec(field.type)?.[1];
    const parts = inner === undefined ? undefined : this.#shapeOf(inner);
    // An array of counts: those of each model.
    if (parts !== undefined) {
      return groupsBy(["model"], row.streams).map((group) =>
        this.#object(parts, { ...row, ...group }, `${name}.`),
      );
    }
    // What an object is called does not depend on the range.
    const object = row.subject.object ?? 0;
    const context = { shapes: this.endpoint.shapes ?? {}, depth: 1, path };
    const json = fieldWriter(field, context)(object, mixHash(this.key, object));
    return json === null ? undefined : JSON.parse(json);
  }

  /** The fields of a type that is an object. */
  #shapeOf(type: string): readonly ServedField[] | undefined {
    const { shapes = {} } = this.endpoint;
    const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    return shape !== undefined && "fields" in shape ? shape.fields : undefined;
  }

  /** The path of the first field with a name, at any depth. */
  #pathOf(name: string): readonly string[] {
    const search = (fields: readonly ServedField[], depth: number): readonly string[] | undefined => {
      if (fields.some((field) => field.name === name)) return [name];
      if (depth === 4) return undefined;
      for (const field of fields) {
        const inner = search(this.#shapeOf(field.type) ?? [], depth + 1);
        if (inner !== undefined) return [field.name, ...inner];
      }
      return undefined;
    };
    return search(this.#fields, 0) ?? [];
  }

  /** The results of a bucket: one for each group, and none where nothing was used yet. */
  #results({ type }: ServedField, range: Range): unknown {
    const shape = this.#shapeOf(type.replace("[]", ""));
    if (shape === undefined || range.from >= this.#options.now) return [];
    const subject = this.#subjects.at(0);
    return this.#groups.map((group) => this.#object(shape, { ...group, range, subject }, ""));
  }

  #number(row: Row, name: string, path: string): number | null {
    // One request has several kinds of tokens, so it belongs to none of them.
    if (name === "requests" && row.lines.length < costLines.length) return null;
    const counts = nestedCounts(name);
    if (counts !== null) return counts.reduce((sum, each) => sum + this.#count(row, each), 0);
    if (name.endsWith("rate")) return (mixHash(hashText(path, this.key), row.range.from / day) % 1000) / 1000;
    if (name === "total_tokens") {
      return tokenMetrics.reduce((sum, metric) => sum + this.#count(row, metric), 0);
    }
    // Counts of the same name differ from one part of a row to the next.
    return this.#count(row, metricNames[name] ?? (isMetric(name) ? name : path));
  }

  /** In cents: as decimal text, or a whole number where the field is a number. List prices are a fifth higher. */
  #money({ name, type }: ServedField, row: Row, path: string): string | number {
    const sum = /amount$/.test(name)
      ? row.lines.reduce((sum, { metric, price }) => sum + this.#count(row, metric) * price, 0)
      : this.#count(row, path) * 10_000;
    if (type === "number") return Math.round(sum / 1_000_000);
    return centsText(/list/.test(name) ? (sum / 5) * 6 : sum);
  }

  #count({ streams, range, subject }: Row, metric: string): number {
    return subject.parts.reduce(
      (sum, part) =>
        streams.reduce((count, stream) => count + this.#ledger.count(stream, metric, range, part), sum),
      0,
    );
  }
}

const tokenMetrics: readonly string[] = [
  "uncached_input_tokens",
  "cache_read_input_tokens",
  "ephemeral_1h_input_tokens",
  "ephemeral_5m_input_tokens",
  "output_tokens",
];

/** The metrics whose fields have other names in the report of Claude Code. */
const metricNames: Readonly<Record<string, string>> = {
  input: "uncached_input_tokens",
  output: "output_tokens",
  cache_read: "cache_read_input_tokens",
  cache_creation: "ephemeral_5m_input_tokens",
};

const periods: readonly string[] = ["daily", "weekly", "monthly"];

/** The counts that a number consists of: who is active on a day is active in its week, and has a seat. */
function nestedCounts(name: string): readonly string[] | null {
  if (name === "assigned_seat_count") return [...periods, name];
  const [, product = "", period = ""] = /^(.*?)([a-z]+)_active_user_count$/.exec(name) ?? [];
  return periods.includes(period)
    ? periods.slice(0, periods.indexOf(period) + 1).map((each) => product + each)
    : null;
}
