import { parseFieldType } from "../../anthropic/catalog/field-type.ts";
import type { ServedEndpoint, ServedField } from "../../anthropic/catalog/served-endpoint.ts";
import { isPlainObject } from "../../pagination/request/check-option.ts";
import { ApiProblem } from "../answer.ts";
import { fieldWriter, isoTime } from "./field-writer.ts";
import { type Direction, filterText, type ItemList, type ListCursor } from "./item-list.ts";
import type { ListChanges } from "./list-changes.ts";
import { decodePosition, encodePosition, hashDigits, hashText, type Mark, mixHash } from "./position-code.ts";
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
  /** The number of the object or actor of the row, from 0; `null` for all of them. */
  readonly object: number | null;
}

const day = 86_400_000;
const widths: Readonly<Record<string, number>> = { "1m": 60_000, "1h": 3_600_000, "1d": day };

/** A report about a range of time. Its rows are computed from the ledger, and none is kept. */
export class ReportList implements ItemList {
  readonly endpoint: ServedEndpoint;
  readonly params = {};
  readonly key: number;
  readonly cacheKey: string;
  readonly count: number;
  readonly #options: ReportOptions;
  readonly #ledger: UsageLedger;
  readonly #dimensions: ReadonlyMap<string, readonly (string | null)[]>;
  readonly #range: Range;
  readonly #width: number;
  readonly #groups: readonly Group[];
  /** The objects or actors with rows, by their numbers; `null` for one row of all. */
  readonly #objects: { readonly length: number; readonly at: (position: number) => number } | null;
  /** The actors that are counted; `null` for all. */
  readonly #actors: readonly number[] | null;
  readonly #fields: readonly ServedField[];
  readonly #tokenKey: number;

  constructor(endpoint: ServedEndpoint, options: ReportOptions) {
    const { seed, now, changes, query, count } = options;
    this.endpoint = endpoint;
    this.cacheKey = options.cacheKey;
    this.#options = options;
    this.key = hashText(endpoint.path, seed);
    this.#tokenKey = hashText(filterText(query), this.key);
    this.#fields = "union" in endpoint.itemFields ? [] : endpoint.itemFields;
    this.#dimensions = dimensionValues(seed);
    // Reports of one organization agree with each other, as they read the same ledger.
    this.#ledger = new UsageLedger(hashText("usage", seed), {
      values: this.#dimensions,
      now,
      late: changes.late,
    });
    const { range, width } = this.#readRange();
    this.#range = range;
    this.#width = width;
    this.#groups = this.#readGroups();
    this.#actors = this.#readActors();
    const actors = this.#actors;
    const isSplit =
      endpoint.report === "objects" || this.#isSplitBy("actor") || this.#field("actor") !== undefined;
    if (!isSplit || endpoint.report === "buckets" || endpoint.report === "days") this.#objects = null;
    else if (actors === null) this.#objects = { length: count, at: (position) => position };
    else this.#objects = { length: actors.length, at: (position) => actors[position] ?? 0 };
    const buckets = Math.ceil((range.to - range.from) / width);
    const rows = endpoint.report === "buckets" ? 1 : this.#groups.length * (this.#objects?.length ?? 1);
    this.count = buckets * rows;
  }

  upTo(position: number): number {
    return Math.min(position, this.count);
  }

  itemJson(position: number): string {
    return JSON.stringify(this.#item(this.#options.reversed ? this.count - 1 - position : position));
  }

  /** Returns the value that a row is sorted by. */
  sortValue(position: number, name: string): number | string {
    const found = find(this.#item(position), name === "time" ? "starting_at" : name);
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
    return `page_${encodePosition(this.#tokenKey + (direction === "forward" ? 0 : 1), mark)}`;
  }

  readToken(token: string): ListCursor | null {
    const mark = decodePosition(this.#tokenKey, token.replace(/^page_/, ""));
    if (mark === null || mark.position < 0 || mark.position > this.count) return null;
    return { mark, direction: "forward" };
  }

  #item(position: number): Readonly<Record<string, unknown>> {
    const { report } = this.endpoint;
    const objects = report === "buckets" ? 1 : (this.#objects?.length ?? 1);
    const groups = report === "buckets" ? 1 : this.#groups.length;
    const bucket = Math.floor(position / (objects * groups));
    const object = this.#objects?.at(Math.floor(position / groups) % objects) ?? null;
    const from = this.#range.from + bucket * this.#width;
    const range = { from, to: Math.min(from + this.#width, this.#range.to) };
    const group = this.#groups[position % groups] ?? { values: new Map(), streams: [], lines: [] };
    return this.#object(this.#fields, { ...group, range, object }, "");
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
    if (name === "actor" && this.endpoint.report === "groups") {
      return row.object === null ? null : this.#actor(row.object, field.type);
    }
    if (name === "actor_type")
      return row.object === null ? null : this.#actor(row.object, field.type)["type"];
    const isDimension = this.#dimensions.has(name) || lineDimensions.includes(name);
    if (isDimension && (nullable || optional)) return optional ? undefined : null;
    if (name === "currency") return "USD";
    if (/(amount|price|spend)$/.test(name)) return this.#money(field, row, path);
    const type = parseFieldType(field.type);
    if (field.type === "number") return this.#number(row, name, path);
    if (type.kind === "name") {
      const shape = this.endpoint.shapes?.[type.name];
      if (shape !== undefined && "fields" in shape) return this.#object(shape.fields, row, `${path}.`);
    }
    if (name === "model_breakdown" && type.kind === "array" && type.of.kind === "name") {
      const shape = this.endpoint.shapes?.[type.of.name];
      const fields = shape !== undefined && "fields" in shape ? shape.fields : [];
      return this.#groupsBy(["model"], row.streams).map((group) =>
        this.#object(fields, { ...row, ...group }, `${name}.`),
      );
    }
    // What an object is called does not depend on the range.
    const json = fieldWriter(field, { shapes: this.endpoint.shapes ?? {}, depth: 1, path })(
      row.object ?? 0,
      mixHash(this.key, row.object ?? 0),
    );
    return json === null ? undefined : JSON.parse(json);
  }

  /** The results of a bucket: one for each group, and none where nothing was used yet. */
  #results({ type }: ServedField, range: Range): unknown {
    const shape = this.endpoint.shapes?.[type.replace("[]", "")];
    if (shape === undefined || !("fields" in shape) || range.from >= this.#options.now) return [];
    return this.#groups.map((group) => this.#object(shape.fields, { ...group, range, object: null }, ""));
  }

  #number(row: Row, name: string, path: string): number | null {
    // One request has several kinds of tokens, so it belongs to none of them.
    if (name === "requests" && row.lines.length < costLines.length) return null;
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

  #count({ streams, range, object }: Row, metric: string): number {
    return this.#parts(object).reduce(
      (sum, part) =>
        streams.reduce((count, stream) => count + this.#ledger.count(stream, metric, range, part), sum),
      0,
    );
  }

  /** Whose usage a row counts. */
  #parts(object: number | null): readonly Part[] {
    const { count: of } = this.#options;
    if (this.endpoint.report === "objects") return [{ owner: (object ?? 0) + 1 }];
    if (object !== null) return [{ share: { number: object, of } }];
    return this.#actors?.map((number) => ({ share: { number, of } })) ?? [{}];
  }

  /** The same actors in all reports. Where others than users may be actors, half of them are. */
  #actor(number: number, type: string): Readonly<Record<string, unknown>> {
    const digits = hashDigits(mixHash(hashText("actor", this.#options.seed), number));
    const kind = type === userActor ? 0 : number % 6;
    if (kind === 3) return { type: "service_account_actor", service_account_id: `svac_${digits}` };
    if (kind === 4) return { type: "api_actor", api_key_id: `apikey_${digits}` };
    if (kind === 5) return { type: "federated_actor", provider: null, subject: `subject ${number + 1}` };
    return {
      type: "user_actor",
      user_id: `user_${digits}`,
      email_address: `user${number + 1}@example.com`,
      name: `user ${number + 1}`,
      deleted: number % 7 === 6,
    };
  }

  /** Reads the range, and the length of its buckets. Throws `ApiProblem` for a range that ends before it starts. */
  #readRange(): { readonly range: Range; readonly width: number } {
    const { query, now, count } = this.#options;
    const { report, queryParams } = this.endpoint;
    const read = (does: string) => {
      const param = queryParams.find(({ effect, wire }) => effect?.does === does && query.has(wire));
      return param === undefined ? null : { name: param.wire, time: Date.parse(query.get(param.wire) ?? "") };
    };
    const widthParam = queryParams.find(({ effect }) => effect?.does === "width");
    const widthName = query.get(widthParam?.wire ?? "") ?? String(widthParam?.default ?? "");
    const width = widths[widthName] ?? (report === "buckets" || report === "days" ? day : null);
    const date = read("day");
    const starts = read("starts");
    if (date !== null && starts !== null) {
      throw new ApiProblem(400, `${date.name}: Cannot be combined with ${starts.name}`);
    }
    const step = width ?? (starts?.name === "starting_at" ? 1 : day);
    const yesterday = Math.floor(now / day) * day - day;
    const from = Math.floor((date?.time ?? starts?.time ?? yesterday) / step) * step;
    const ends = date === null ? read("ends") : null;
    let to = from + day;
    if (ends !== null) to = Math.ceil(ends.time / step) * step;
    else if (report === "buckets" || report === "days") to = from + count * (width ?? day);
    else if (date === null) to = Math.max(to, Math.floor(now / step) * step);
    if (ends !== null && to <= from) {
      throw new ApiProblem(
        400,
        `${ends.name}: Input should be after ${starts?.name ?? "the start of the range"}`,
      );
    }
    return { range: { from, to }, width: width ?? to - from };
  }

  /** The parts of the usage with rows of their own, without those that the request filters out. */
  #readGroups(): readonly Group[] {
    const restrictions = this.#restrictions();
    const streams = this.#ledger.streams.filter(({ dimensions }) =>
      [...restrictions].every(
        ([name, values]) => !dimensions.has(name) || values.includes(dimensions.get(name) ?? ""),
      ),
    );
    return this.#groupsBy(this.#splits(), streams);
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

  #splits(): readonly string[] {
    const { query } = this.#options;
    return this.endpoint.queryParams.flatMap(({ wire, effect }) =>
      effect?.does === "splits" ? query.getAll(wire) : [],
    );
  }

  #isSplitBy(name: string): boolean {
    return this.#splits().some((split) => split === name || split === `${name}_type`);
  }

  #field(name: string): ServedField | undefined {
    return this.#fields.find((field) => field.name === name);
  }

  /** The values that the request allows, by the names of the dimensions. */
  #restrictions(): ReadonlyMap<string, readonly string[]> {
    const { query } = this.#options;
    const allowed = new Map<string, string[]>();
    for (const { wire, effect } of this.endpoint.queryParams) {
      if (effect?.does !== "restricts") continue;
      for (const text of query.getAll(wire)) {
        const [, dimension = "", value = ""] = /^(\w+):(.*)$/.exec(text) ?? [];
        if (effect.on === undefined && !this.#dimensions.has(dimension)) {
          throw new ApiProblem(
            400,
            `${wire}: Input should be a dimension and a value, such as rbac_group_id:…`,
          );
        }
        const name = effect.on ?? dimension;
        allowed.set(name, [...(allowed.get(name) ?? []), effect.on === undefined ? value : text]);
      }
    }
    return allowed;
  }

  /** The actors that a request is restricted to; `null` for all. */
  #readActors(): readonly number[] | null {
    const { query, count } = this.#options;
    const restrictions = this.#restrictions();
    const [ids, types] = [restrictions.get("actor"), restrictions.get("actor_type")];
    const omits = this.endpoint.queryParams.some(
      ({ wire, effect }) => effect?.does === "omits" && query.get(wire) === "true",
    );
    if (ids === undefined && types === undefined && !omits) return null;
    // Reports whose rows are those of users have no other actors.
    const type =
      this.#field("actor")?.type ?? (types === undefined && !this.#isSplitBy("actor") ? userActor : "");
    const numbers: number[] = [];
    for (let number = 0; number < count; number++) {
      const actor = this.#actor(number, type);
      const isWanted =
        (ids?.some((id) => Object.values(actor).includes(id)) ?? true) &&
        (types?.includes(String(actor["type"])) ?? true) &&
        !(omits && actor["deleted"] === true);
      if (isWanted) numbers.push(number);
    }
    return numbers;
  }
}

/** The dimensions that tell what is paid for. */
const lineDimensions: readonly string[] = ["cost_type", "token_type", "description"];

const userActor = "BetaAnalyticsCostItemGroupActorUserActor";

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

/** The first value of a field with this name, at any depth. */
function find(value: unknown, name: string): unknown {
  if (!isPlainObject(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  return Object.values(value)
    .map((inner) => find(inner, name))
    .find((found) => found !== undefined);
}
