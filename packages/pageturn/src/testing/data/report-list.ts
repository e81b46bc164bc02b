import type { ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { ApiProblem } from "../answer.ts";
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
import { hashDigits, hashText, type Mark, mixHash } from "./position-code.ts";
import { type Actor, actorId, ReportActors } from "./report-actors.ts";
import { type ReportRange, readRange } from "./report-range.ts";
import {
  type CostLine,
  centsText,
  costLines,
  isMetric,
  type Part,
  type Range,
  type Stream,
  UsageLedger,
} from "./usage-ledger.ts";

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

/** A part of the usage that gets results of its own. */
interface Group {
  /** The values of the dimensions that the report is split by. */
  readonly values: ReadonlyMap<string, string | null>;
  readonly streams: readonly Stream[];
  readonly lines: readonly CostLine[];
}

/** What one row counts. */
interface Row extends Group {
  readonly range: Range;
  readonly subject: Subject;
}

/** Whose usage a row counts. */
interface Subject {
  /** The number of the object that the row is about, from 0; `null` for a row about no object. */
  readonly object: number | null;
  /** The actor that the row shows; `null` for none. */
  readonly actor: Actor | null;
  /** The type of its actors, if the report is split by it. */
  readonly actorType: string | null;
  readonly parts: readonly Part[];
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
  readonly #dimensions: ReadonlyMap<string, readonly (string | null)[]>;
  readonly #range: ReportRange;
  readonly #groups: readonly Group[];
  readonly #subjects: { readonly length: number; readonly at: (position: number) => Subject };
  readonly #actors: ReportActors;
  /** The dimensions that have rows of their own. */
  readonly #splits: readonly string[];
  /** The values that the request allows, by the names of the dimensions. */
  readonly #allowed: ReadonlyMap<string, readonly string[]>;
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
    this.#dimensions = dimensionValues(seed);
    // Reports of one organization agree with each other, as they read the same ledger.
    this.#ledger = new UsageLedger(hashText("usage", seed), {
      values: this.#dimensions,
      now,
      late: changes.late,
    });
    this.#range = readRange(endpoint, options);
    this.#actors = new ReportActors(endpoint, options);
    this.#splits = endpoint.queryParams.flatMap(({ wire, effect }) =>
      effect?.does === "splits" ? query.getAll(wire) : [],
    );
    this.#allowed = this.#readAllowed();
    this.#groups = this.#readGroups();
    this.#subjects = this.#readSubjects();
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
      return this.#groupsBy(["model"], row.streams).map((group) =>
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
    const [, product = "", period = ""] = /^(.*?)(daily|weekly|monthly)_active_user_count$/.exec(name) ?? [];
    // Who is active on a day is active in its week.
    const periods = ["daily", "weekly", "monthly"].slice(
      0,
      ["daily", "weekly", "monthly"].indexOf(period) + 1,
    );
    if (period !== "") {
      return periods.reduce((sum, each) => sum + this.#count(row, `${product}${each}`), 0);
    }
    if (name === "assigned_seat_count") {
      return ["daily", "weekly", "monthly", name].reduce((sum, each) => sum + this.#count(row, each), 0);
    }
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

  /** Whose usage the rows count: that of each object, of each actor, of each type of actor, or of all together. */
  #readSubjects(): { readonly length: number; readonly at: (position: number) => Subject } {
    const { report } = this.endpoint;
    const { count: of } = this.#options;
    const nobody = { object: null, actor: null, actorType: null };
    const all: Subject = { ...nobody, parts: [{}] };
    if (report === "days") return { length: 1, at: () => all };
    if (report === "objects") {
      const at = (object: number): Subject => ({ ...nobody, object, parts: [{ owner: object + 1 }] });
      return { length: of, at };
    }
    const numbers = this.#readActors();
    const partOf = (number: number): Part => ({ share: { number, of } });
    if (
      report === "groups" &&
      (this.#splits.includes("actor") || this.#fields.some(({ name }) => name === "actor"))
    ) {
      const at = (position: number): Subject => {
        const number = numbers?.[position] ?? position;
        const actor = this.#actors.actor(number);
        return { object: number, actor, actorType: actor.type, parts: [partOf(number)] };
      };
      return { length: numbers?.length ?? of, at };
    }
    if (this.#splits.includes("actor_type")) {
      const byType = new Map<string, Part[]>();
      for (const number of numbers ?? this.#actors.select(() => true)) {
        const { type } = this.#actors.actor(number);
        const parts = byType.get(type) ?? [];
        parts.push(partOf(number));
        byType.set(type, parts);
      }
      const subjects = [...byType].map(([actorType, parts]) => ({ ...nobody, actorType, parts }));
      return { length: subjects.length, at: (position) => subjects[position] ?? all };
    }
    const some = numbers === null ? all : { ...nobody, parts: numbers.map(partOf) };
    return { length: 1, at: () => some };
  }

  /** The parts of the usage with rows of their own, without those that the request filters out. */
  #readGroups(): readonly Group[] {
    const streams = this.#ledger.streams.filter(({ dimensions }) =>
      [...this.#allowed].every(
        ([name, values]) => !dimensions.has(name) || values.includes(dimensions.get(name) ?? ""),
      ),
    );
    return this.#groupsBy(this.#splits, streams);
  }

  #groupsBy(names: readonly string[], streams: readonly Stream[]): readonly Group[] {
    const groups = new Map<
      string,
      { values: Map<string, string | null>; streams: Stream[]; lines: CostLine[] }
    >();
    const isByLine = names.some((name) => lineDimensions.includes(name));
    for (const stream of streams) {
      for (const lines of isByLine ? costLines.map((line) => [line]) : [costLines]) {
        const values = new Map(names.flatMap((name) => this.#valuesOf(name, stream, lines)));
        const key = JSON.stringify([...values]);
        const group = groups.get(key) ?? { values, streams: [], lines: [] };
        if (!group.streams.includes(stream)) group.streams.push(stream);
        for (const line of lines) if (!group.lines.includes(line)) group.lines.push(line);
        groups.set(key, group);
      }
    }
    return [...groups.values()];
  }

  #valuesOf(name: string, { dimensions }: Stream, [line]: readonly CostLine[]): [string, string | null][] {
    if (name === "cost_type") return [[name, line?.costType ?? null]];
    if (name === "token_type") return [[name, line?.tokenType ?? null]];
    if (name !== "description") return dimensions.has(name) ? [[name, dimensions.get(name) ?? null]] : [];
    // A description stands for all that is in it.
    const model = dimensions.get("model") ?? null;
    const text = `${model} usage - ${line?.tokenType ?? line?.costType}`;
    const parts = ["model", "context_window", "service_tier", "inference_geo"].map(
      (part): [string, string | null] => [part, dimensions.get(part) ?? null],
    );
    return [
      ["description", text],
      ["cost_type", line?.costType ?? null],
      ["token_type", line?.tokenType ?? null],
      ...parts,
    ];
  }

  #readAllowed(): ReadonlyMap<string, readonly string[]> {
    const { query } = this.#options;
    const allowed = new Map<string, string[]>();
    for (const { wire, effect } of this.endpoint.queryParams) {
      if (effect?.does !== "restricts") continue;
      for (const text of query.getAll(wire).filter((each) => each !== "")) {
        const [, dimension = "", value = ""] = /^(\w+):(.*)$/.exec(text) ?? [];
        if (effect.on === undefined && !this.#dimensions.has(dimension)) {
          throw new ApiProblem(
            400,
            `${wire}: Input should be a dimension and a value, such as rbac_group_id:rbacgroup_1`,
          );
        }
        const name = effect.on ?? dimension;
        allowed.set(name, [...(allowed.get(name) ?? []), effect.on === undefined ? value : text]);
      }
    }
    return allowed;
  }

  /** The numbers of the actors that a request is restricted to; `null` for all. */
  #readActors(): readonly number[] | null {
    const [ids, types] = [this.#allowed.get("actor"), this.#allowed.get("actor_type")];
    const omits = this.endpoint.queryParams.some(
      ({ wire, effect }) => effect?.does === "omits" && this.#options.query.get(wire) === "true",
    );
    if (ids === undefined && types === undefined && !omits) return null;
    return this.#actors.select(
      (actor) =>
        (ids?.includes(String(actorId(actor))) ?? true) &&
        (types?.includes(actor.type) ?? true) &&
        !(omits && actor["deleted"] === true),
    );
  }
}

/** The dimensions that tell what is paid for. */
const lineDimensions: readonly string[] = ["cost_type", "token_type", "description"];

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

/** The values of the dimensions of all reports. */
function dimensionValues(seed: number): ReadonlyMap<string, readonly (string | null)[]> {
  const ids = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => {
      const prefix = name.replace(/_id$/, "").replaceAll("_", "");
      return `${prefix}_${hashDigits(mixHash(hashText(name, seed), at))}`;
    });
  return new Map<string, readonly (string | null)[]>([
    ["model", ["claude-opus-4-8", "claude-sonnet-4-6", "claude-haiku-4-5", "claude-sonnet-4-5"]],
    ["service_tier", ["standard", "batch", "priority"]],
    ["context_window", ["0-200k", "200k-1M"]],
    ["inference_geo", ["global", "us"]],
    ["speed", ["standard", "fast"]],
    ["product", ["chat", "claude_code", "cowork", "office_agent", "messages_api"]],
    ["claude_tag_category", [null, "dm", "engaged", "scheduled"]],
    ...["workspace_id", "api_key_id", "account_id", "service_account_id", "rbac_group_id"].map(optionalIds),
    ...["claude_tag_user_id", "slack_channel_id", "agent_id", "deployment_id"].map(optionalIds),
    ...["environment_id", "session_id", "user_profile_id"].map(optionalIds),
    ["organization_id", ids("organization_id", 2)],
    ["user_id", ids("user_id", 4)],
  ]);

  function optionalIds(name: string): [string, readonly (string | null)[]] {
    return [name, [null, ...ids(name, 3)]];
  }
}
