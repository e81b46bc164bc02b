// Every parameter of every list changes the answer as the catalog says, in both clients. What an answer has to be is worked
// out here, from the list without the parameter.
import { Anthropic, AsyncAnthropic, type AsyncPaginator, type BaseAsyncPage, sliceByTime } from "pageturn";
import { type MockServer, type ServedEndpoint, type ServedParam, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpoints } from "../../src/anthropic/catalog/generated/endpoints.ts";
import { readFullCatalog } from "../../src/testing/served-endpoints.ts";

type Item = Readonly<Record<string, unknown>>;
type Params = Readonly<Record<string, unknown>>;
type Case = { readonly endpoint: ServedEndpoint; readonly param: ServedParam; readonly name: string };

const day = 86_400_000;
const start = Date.UTC(2026, 8, 1);

let server: MockServer;
let sync: Anthropic;
let async: AsyncAnthropic;

beforeAll(async () => {
  server = await startMockServer({ items: 60 });
  const options = { baseURL: server.url, apiKey: server.apiKey };
  sync = new Anthropic(options);
  async = new AsyncAnthropic(options);
});
afterAll(() => server.close());

const camelCase = (part: string) => part.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The paginator of a client, found by the id of the endpoint. */
function paginator(client: object, { id, path }: ServedEndpoint, params: Params): unknown {
  const node = id.split(".").reduce<unknown>((at, part) => Reflect.get(Object(at), camelCase(part)), client);
  const ids = path.match(/\{\w+\}/g)?.map((_, at) => `parent_${at}`) ?? [];
  return Reflect.get(Object(node), "list")(...ids, params);
}

/** All items, which both clients have to agree on. */
async function listed(endpoint: ServedEndpoint, params: Params = {}): Promise<readonly Item[]> {
  const query = { ...(hasMax(endpoint) && { limit: "max" }), ...required(endpoint), ...params };
  const seen = [...(paginator(sync, endpoint, query) as Iterable<Item>)];
  const promised: Item[] = [];
  for await (const item of paginator(async, endpoint, query) as AsyncIterable<Item>) promised.push(item);
  expect(promised).toEqual(seen);
  return seen;
}

type Page = Item & { readonly data: readonly Item[] };

/** The first page, which both clients have to agree on. */
async function firstPage(endpoint: ServedEndpoint, params: Params): Promise<Page> {
  const query = { ...required(endpoint), ...params };
  const seen = paginator(sync, endpoint, query) as Page;
  const promised = (await paginator(async, endpoint, query)) as Page;
  expect(promised.data).toEqual(seen.data);
  return promised;
}

const hasMax = ({ queryParams }: ServedEndpoint) =>
  queryParams.some(({ wire, max }) => wire === "limit" && max !== undefined);

/** The parameters without which a list is refused. */
function required({ queryParams }: ServedEndpoint): Record<string, unknown> {
  const params = queryParams.filter((param) => param.required);
  return Object.fromEntries(params.map((param) => [param.wire, exampleOf(param)]));
}

function exampleOf({ type, wire }: ServedParam): string {
  if (type === "date") return "2026-09-01";
  return type === "date-time" ? "2026-09-01T00:00:00Z" : `${wire}_1`;
}

const nameOf = ({ wire }: ServedParam) => wire.replace(/\[\]$/, "");

/** The values at the alternative paths of a field; an array stands for its elements. */
function valuesOf(item: unknown, on = ""): readonly unknown[] {
  const at = (value: unknown, path: readonly string[]): readonly unknown[] => {
    if (Array.isArray(value)) return value.flatMap((each) => at(each, path));
    const [name, ...rest] = path;
    if (name === undefined) return value === undefined || value === null ? [] : [value];
    return typeof value === "object" && value !== null ? at(Reflect.get(value, name), rest) : [];
  };
  return on.split("|").flatMap((path) => at(item, path.split(".")));
}

/** The numbers in an item, added up by where they stand; amounts in cents are text. */
function totals(
  items: readonly unknown[],
  sums: Record<string, number> = {},
  at = "",
): Record<string, number> {
  for (const item of items) {
    if (Array.isArray(item)) totals(item, sums, at);
    else if (typeof item === "object" && item !== null) {
      for (const [name, value] of Object.entries(item)) {
        if (!/rate$|^version$/.test(name)) totals([value], sums, `${at}.${name}`);
      }
    } else if (typeof item === "number") sums[at] = (sums[at] ?? 0) + item;
    else if (typeof item === "string" && /amount$|price$|spend$/.test(at) && /^\d+\.\d+$/.test(item)) {
      sums[at] = (sums[at] ?? 0) + Math.round(Number(item) * 1_000_000);
    }
  }
  return sums;
}

const isAllowed = ({ values }: ServedParam, value: unknown) =>
  typeof value !== "object" && (values === undefined || values.includes(String(value)));

const json = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item));

/** Expects some of the items, and not all of them. */
function expectPart(found: readonly Item[], all: readonly Item[], isWanted: (item: Item) => boolean): void {
  const wanted = all.filter(isWanted);
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.length).toBeLessThan(all.length);
  expect(json(found)).toEqual(json(wanted));
}

const compares: Record<string, (time: number, bound: number) => boolean> = {
  after: (time, bound) => time > bound,
  from: (time, bound) => time >= bound,
  before: (time, bound) => time < bound,
  until: (time, bound) => time <= bound,
};

/** The check of a parameter by what it does. */
const checks: Record<string, (each: Case) => Promise<void>> = {
  async equals({ endpoint, param, name }) {
    const beside = param.effect?.beside;
    const all = await listed(endpoint);
    const others: Record<string, unknown> = {};
    if (beside !== undefined) {
      const [value] = valuesOf(all[0], endpoint.queryParams.find(({ wire }) => wire === beside)?.effect?.on);
      others[beside] = value;
    }
    const base = await listed(endpoint, others);
    const [value] = base
      .flatMap((item) => valuesOf(item, param.effect?.on))
      .filter((value) => isAllowed(param, value));
    expectPart(await listed(endpoint, { ...others, [name]: value }), base, (item) =>
      valuesOf(item, param.effect?.on).includes(value),
    );
    // It has no effect alone.
    if (beside !== undefined) expect(json(await listed(endpoint, { [name]: value }))).toEqual(json(all));
  },
  async equalsText({ endpoint, param, name }) {
    const all = await listed(endpoint);
    const [value] = valuesOf(all[3], param.effect?.on);
    const found = await listed(endpoint, { [name]: String(value).toUpperCase() });
    expectPart(found, all, (item) => valuesOf(item, param.effect?.on).includes(value));
  },
  async oneOf({ endpoint, param, name }) {
    const needs = Object.fromEntries(
      await Promise.all(
        (param.needs ?? []).map(async (wire) => [wire.replace("[]", ""), await pick(endpoint, wire)]),
      ),
    );
    const all = await listed(endpoint, needs);
    const values = [...new Set(all.flatMap((item) => valuesOf(item, param.effect?.on)))].filter((value) =>
      isAllowed(param, value),
    );
    const wanted = values.slice(0, Math.min(2, values.length - 1));
    expectPart(await listed(endpoint, { ...needs, [name]: wanted }), all, (item) =>
      valuesOf(item, param.effect?.on).some((value) => wanted.includes(value)),
    );
  },
  async noneOf({ endpoint, param, name }) {
    const all = await listed(endpoint);
    const [value] = valuesOf(all[0], param.effect?.on);
    expectPart(
      await listed(endpoint, { [name]: [value] }),
      all,
      (item) => !valuesOf(item, param.effect?.on).includes(value),
    );
  },
  async startsWith({ endpoint, param, name }) {
    const all = await listed(endpoint);
    const text = String(valuesOf(all[1], param.effect?.on)[0]);
    const prefix = text.startsWith("/") ? text.slice(0, text.lastIndexOf("/") + 1) : text;
    expectPart(await listed(endpoint, { [name]: prefix }), all, (item) =>
      String(valuesOf(item, param.effect?.on)[0]).startsWith(prefix),
    );
  },
  async exists({ endpoint, param, name }) {
    const all = await listed(endpoint);
    for (const wanted of [true, false]) {
      expectPart(
        await listed(endpoint, { [name]: wanted }),
        all,
        (item) => valuesOf(item, param.effect?.on).length > 0 === wanted,
      );
    }
  },
  async shows({ endpoint, param, name }) {
    const all = await listed(endpoint);
    const more = await listed(endpoint, { [name]: true });
    expect(more.length).toBeGreaterThan(all.length);
    expect(json(more)).toEqual(expect.arrayContaining(json(all)));
    if (param.effect?.on === undefined) return;
    const hidden = (item: Item) => item[param.effect?.on ?? ""] !== null;
    expect(json(more.filter((item) => !hidden(item)))).toEqual(json(all));
    expect(more.some(hidden)).toBe(true);
  },
  async reveals({ endpoint, param, name }) {
    const field = param.effect?.on ?? "";
    const full = await listed(endpoint, { [name]: "full" });
    const basic = await listed(endpoint, { [name]: "basic" });
    expect(full.some((item) => typeof item[field] === "string")).toBe(true);
    expect(json(basic)).toEqual(
      json(full.map((item) => (field in item ? { ...item, [field]: null } : item))),
    );
    expect(json(await listed(endpoint))).toEqual(json(basic));
  },
  async cuts({ endpoint, param, name }) {
    const texts = (items: readonly Item[]) =>
      items
        .flatMap((item) => (item["content"] as Item[]).filter(({ type }) => type === param.effect?.on))
        .map((block) => {
          return String(block["text"] ?? block["input"]);
        });
    const whole = texts(await listed(endpoint));
    expect(whole.length).toBeGreaterThan(0);
    expect(texts(await listed(endpoint, { [name]: -1 }))).toEqual(whole);
    expect(texts(await listed(endpoint, { [name]: 9 }))).toEqual(whole.map((text) => text.slice(0, 9)));
    await expect(listed(endpoint, { [name]: 0 })).rejects.toThrow(/greater than 0/);
  },
  async folds({ endpoint, name }) {
    const paths = (await listed(endpoint)).map((item) => String(item["path"]));
    const expected = new Set(paths.map((path) => path.replace(/^(\/[^/]*\/?).*$/, "$1")));
    const found = await listed(endpoint, { [name]: 1 });
    expect(found.map((item) => item["path"])).toEqual([...expected]);
    expect(found.filter(({ type }) => type === "memory_prefix")).toEqual([
      { path: "/notes/", type: "memory_prefix" },
    ]);
    const below = await listed(endpoint, { [name]: 1, path_prefix: "/notes/" });
    expect(below.map((item) => item["type"])).toEqual(Array(5).fill("memory_prefix"));
  },
  async finds({ endpoint, param, name }) {
    const all = await listed(endpoint);
    const [value] = valuesOf(all[4], param.effect?.on);
    expect(json(await listed(endpoint, { [name]: value }))).toEqual(json([all[4]]));
    expect(await listed(endpoint, { [name]: "none" })).toEqual([]);
  },
  async names({ endpoint, param, name }) {
    const all = await listed(endpoint);
    const [value] = all.flatMap((item) => valuesOf(item, param.effect?.on));
    const first = all.find((item) => valuesOf(item, param.effect?.on).includes(value));
    expect(json(await listed(endpoint, { [name]: value }))).toEqual(json([first]));
    await expect(listed(endpoint, { [name]: "none" })).rejects.toThrow(/answered 404/);
  },
  async selects({ endpoint, param, name }) {
    const [one, two] = [await listed(endpoint, { [name]: "a_1" }), await listed(endpoint, { [name]: "a_2" })];
    expect(one).toHaveLength(two.length);
    expect(json(one)).not.toEqual(json(two));
    for (const item of one) if (param.effect?.on) expect(valuesOf(item, param.effect.on)).toEqual(["a_1"]);
  },
  async relates({ endpoint, name }) {
    const all = json(await listed(endpoint));
    const [one, two, both] = [["w_1"], ["w_2"], ["w_1", "w_2"]].map((ids) =>
      listed(endpoint, { [name]: ids }),
    );
    const union = new Set([...json((await one) ?? []), ...json((await two) ?? [])]);
    expect(union.size).toBeGreaterThan(json((await one) ?? []).length);
    expect(union.size).toBeLessThan(all.length);
    expect(json((await both) ?? [])).toEqual(all.filter((item) => union.has(item)));
  },
  async time({ endpoint, param, name }) {
    const { does = "", on } = param.effect ?? {};
    const all = await listed(endpoint);
    const times = all.flatMap((item) => valuesOf(item, on)).map((time) => Date.parse(String(time)));
    for (const bound of [times[20] ?? 0, (times[20] ?? 0) + 1_000]) {
      const value = new Date(bound).toISOString();
      expectPart(await listed(endpoint, { [name]: value }), all, (item) =>
        valuesOf(item, on).some((time) => compares[does]?.(Date.parse(String(time)), bound)),
      );
    }
  },
  async order({ endpoint, param, name }) {
    const all = await listed(endpoint);
    const usual = param.default ?? "desc";
    expect(json(await listed(endpoint, { [name]: usual }))).toEqual(json(all));
    const other = usual === "asc" ? "desc" : "asc";
    expect(json(await listed(endpoint, { [name]: other }))).toEqual(json(all.toReversed()));
  },
  async order_by({ endpoint, param, name }) {
    const fields = param.values ?? ["distinct_user_count"];
    for (const field of fields) {
      const others = field === "updated_at" || !isSplit(endpoint) ? {} : { group_by: ["actor"] };
      const found = await listed(endpoint, { ...others, [name]: field });
      const keys = found.map((item) => deep(item, field === "time" ? "starting_at" : field));
      expect(keys).not.toContain(undefined);
      expect(keys).toEqual(keys.toSorted((a, b) => descending(a ?? "", b ?? "")));
      expect(json(found).sort()).toEqual(json(await listed(endpoint, others)).sort());
    }
  },
  async ids({ endpoint, name }) {
    const all = await listed(endpoint);
    const wanted = [all[7], all[2]].map((item) => item?.["id"]);
    const found = await firstPage(endpoint, { [name]: [...wanted, "unknown"] });
    expect(json(found.data)).toEqual(json([all[7], all[2]]));
  },
  async limit({ endpoint }) {
    const all = await listed(endpoint, isSplit(endpoint) ? { group_by: ["actor"] } : {});
    const page = await firstPage(endpoint, { limit: 2, ...(isSplit(endpoint) && { group_by: ["actor"] }) });
    expect(json(page.data)).toEqual(json(all.slice(0, 2)));
  },
  async after_id({ endpoint, name }) {
    const all = await listed(endpoint);
    const { last_id: id } = await firstPage(endpoint, { limit: 5 });
    expect(json(await listed(endpoint, { [name]: id }))).toEqual(json(all.slice(5)));
  },
  async before_id({ endpoint, param, name }) {
    const needs = Object.fromEntries(
      await Promise.all(
        (param.needs ?? []).map(async (wire) => [wire.replace("[]", ""), await pick(endpoint, wire)]),
      ),
    );
    const all = await listed(endpoint, needs);
    const { last_id: id } = await firstPage(endpoint, { ...needs, limit: 5 });
    const page = await firstPage(endpoint, { ...needs, [name]: id, limit: 3 });
    expect(json(page.data)).toEqual(json(all.slice(1, 4)));
    if (param.needs !== undefined) {
      await expect(firstPage(endpoint, { [name]: id })).rejects.toThrow(/Only allowed together/);
    }
  },
  async page({ endpoint, name }) {
    const others = isSplit(endpoint) ? { group_by: ["actor"] } : {};
    const all = await listed(endpoint, others);
    const { next_page: next } = await firstPage(endpoint, { ...others, limit: 2 });
    expect(json((await firstPage(endpoint, { ...others, limit: 2, [name]: next })).data)).toEqual(
      json(all.slice(2, 4)),
    );
  },
};

/** A value that a parameter selects some items by. */
async function pick(endpoint: ServedEndpoint, wire: string): Promise<unknown> {
  const on = endpoint.queryParams.find((param) => param.wire === wire)?.effect?.on;
  const values = (await listed(endpoint)).flatMap((item) => valuesOf(item, on));
  return [values[0]];
}

/** Numbers, also those in texts, by their size; other texts by their characters. */
function descending(a: unknown, b: unknown): number {
  if (/^\d/.test(String(a)) && /^\d/.test(String(b)) && !/T/.test(String(a))) return Number(b) - Number(a);
  if (a === b) return 0;
  return String(a) < String(b) ? 1 : -1;
}

const isSplit = ({ queryParams }: ServedEndpoint) =>
  queryParams.some(({ values }) => values?.includes("actor"));

function deep(item: unknown, name: string): unknown {
  if (typeof item !== "object" || item === null) return undefined;
  if (Object.hasOwn(item, name)) return Reflect.get(item, name);
  return Object.values(item)
    .map((inner) => deep(inner, name))
    .find((found) => found !== undefined);
}

/** The checks of the parameters of reports. */
const reportChecks: Record<string, (each: Case) => Promise<void>> = {
  async starts({ endpoint, name }) {
    const isDate = name === "starting_date";
    const at = (time: number) => new Date(time).toISOString().slice(0, isDate ? 10 : undefined);
    const ends = endpoint.queryParams.find(({ effect }) => effect?.does === "ends")?.wire ?? "";
    const range = (from: number, to: number) => listed(endpoint, { [name]: at(from), [ends]: at(to) });
    const [whole, first, second] = [
      await range(start, start + 5 * day),
      await range(start, start + 2 * day),
      await range(start + 2 * day, start + 5 * day),
    ];
    expect(Object.values(totals(whole)).some((sum) => sum > 0)).toBe(true);
    expect(totals([...first, ...second])).toEqual(totals(whole));
    if (endpoint.report === "buckets" || endpoint.report === "days") {
      expect(whole.map((item) => item["starting_at"])).toEqual(
        Array.from({ length: 5 }, (_, at) => new Date(start + at * day).toISOString().replace(".000", "")),
      );
    }
    await expect(range(start + day, start)).rejects.toThrow(/answered 400/);
  },
  async day({ endpoint, name }) {
    const [one, two] = [
      await listed(endpoint, { [name]: "2026-09-01" }),
      await listed(endpoint, { [name]: "2026-09-02" }),
    ];
    expect(totals(one)).not.toEqual(totals(two));
    if (!endpoint.queryParams.some(({ wire }) => wire === "ending_date")) return;
    const both = await listed(endpoint, { starting_date: "2026-09-01", ending_date: "2026-09-03" });
    expect(totals([...one, ...two])).toEqual(totals(both));
  },
  async width({ endpoint, param, name }) {
    const inRange = (length: number, width?: string) =>
      listed(endpoint, {
        starting_at: new Date(start).toISOString(),
        ending_at: new Date(start + length).toISOString(),
        ...(width !== undefined && { [name]: width }),
      });
    const values = param.values ?? [];
    const whole = await inRange(day, values.includes("1d") ? "1d" : undefined);
    if (values.includes("1h")) {
      const hours = await inRange(day, "1h");
      expect(hours).toHaveLength(whole.length * 24);
      expect(totals(hours)).toEqual(totals(whole));
    }
    if (values.includes("1m")) {
      const [hour, minutes] = [await inRange(day / 24, "1h"), await inRange(day / 24, "1m")];
      expect(minutes).toHaveLength(hour.length * 60);
      expect(totals(minutes)).toEqual(totals(hour));
    }
    if (values.length === 1) expect(whole).toHaveLength(1);
  },
  async splits({ endpoint, param, name }) {
    const all = await listed(endpoint);
    for (const dimension of param.values ?? []) {
      const split = await listed(endpoint, { [name]: [dimension] });
      const sums = totals(split);
      // A request has tokens of several types, so its number is not split by them.
      const isByType = dimension === "token_type" || dimension === "cost_type";
      const whole = Object.entries(totals(all)).filter(([at]) => !isByType || !at.endsWith("requests"));
      expect(sums).toEqual(Object.fromEntries(whole));
      const rows = split.flatMap((item) => item["results"] ?? item) as Item[];
      const values = new Set(rows.map((row) => JSON.stringify(deep(row, dimension))));
      expect(values.size).toBeGreaterThan(1);
    }
  },
  async restricts({ endpoint, param, name }) {
    const on = param.effect?.on ?? "rbac_group_id";
    const groups = endpoint.queryParams.find(({ effect }) => effect?.does === "splits")?.values ?? [];
    if (param.effect?.on === undefined && !groups.includes(on)) {
      const [all, part] = [
        totals(await listed(endpoint)),
        totals(await listed(endpoint, { [name]: ["rbac_group_id:none"] })),
      ];
      expect(Object.values(all).some((sum) => sum > 0)).toBe(true);
      expect(Object.values(part).every((sum) => sum === 0)).toBe(true);
      return;
    }
    if (on.startsWith("actor") && !groups.includes("actor")) {
      // The report by user has the numbers of each.
      const byUser = endpoint.id.replace(/analytics\.(?=cost|usage)/, "analytics.user_");
      const users = readFullCatalog().find(({ id }) => id === byUser) ?? endpoint;
      const range = {
        starting_at: new Date(start).toISOString(),
        ending_at: new Date(start + 3 * day).toISOString(),
      };
      const row = (await listed(users, range))[2];
      const id = String(valuesOf(row, "actor.user_id")[0]);
      const found = await listed(endpoint, { ...range, [name]: [id] });
      if (users === endpoint) expect(json(found)).toEqual(json([row]));
      const rows = found.flatMap((item) => item["results"] ?? item);
      const [mine, theirs] = [totals(rows), totals([row])];
      expect(Object.keys(mine).length).toBeGreaterThan(0);
      for (const [at, sum] of Object.entries(mine)) expect(sum).toBe(theirs[at]);
      return;
    }
    const split = await listed(endpoint, { group_by: [on] });
    const rows = (items: readonly Item[]) => items.flatMap((item) => item["results"] ?? item) as Item[];
    const dimensionOf = (row: Item) => (on === "actor" ? actorId(row) : deep(row, on));
    const values = rows(split)
      .map(dimensionOf)
      .filter((value) => value !== null && value !== undefined && isAllowed(param, value));
    const value = values[0];
    const text = param.effect?.on === undefined ? `${on}:${value}` : value;
    const found = await listed(endpoint, { group_by: [on], [name]: [text] });
    expectPart(rows(found), rows(split), (row) => dimensionOf(row) === value);
  },
  async omits({ endpoint, name }) {
    const others = isSplit(endpoint) ? { group_by: ["actor"] } : {};
    const all = await listed(endpoint, others);
    expectPart(
      await listed(endpoint, { ...others, [name]: true }),
      all,
      (item) => !valuesOf(item, "actor.deleted|group.actor.deleted").includes(true),
    );
  },
};

function actorId(row: Item): unknown {
  const [id] = valuesOf(
    row,
    "actor.user_id|group.actor.user_id|group.actor.service_account_id|group.actor.api_key_id",
  );
  return id;
}

const fullCatalog = readFullCatalog();

describe.each(fullCatalog)("$id", (endpoint) => {
  test.each(endpoint.queryParams)("$wire", async (param) => {
    const { does = nameOf(param) } = param.effect ?? {};
    const check =
      checks[does] ??
      reportChecks[does === "ends" ? "starts" : does] ??
      (does in compares ? checks["time"] : undefined);
    if (check === undefined) throw new Error(`nothing checks what ${param.wire} does: ${does}`);
    await check({
      endpoint,
      param,
      name: does === "ends" ? nameOf(param).replace("ending", "starting") : nameOf(param),
    });
  });
});

const sliceable = endpoints.filter(({ time }) => time !== undefined && time.totals !== true);

describe.each(sliceable)("slices of $id", ({ id, time }) => {
  test("are the items of its range, in the order of the list", async () => {
    const endpoint = fullCatalog.find((each) => each.id === id);
    if (endpoint === undefined || time === undefined) throw new Error(`no list ${id}`);
    // The lists have an item for each of the last 60 minutes, reports a bucket for each day.
    const isReport = endpoint.report !== undefined;
    const [from, to] = isReport
      ? [start, start + 6 * day]
      : [Date.UTC(2026, 8, 30, 23, 10), Date.UTC(2026, 8, 30, 23, 50)];
    const range = { [time.from]: new Date(from).toISOString(), [time.to]: new Date(to).toISOString() };
    const whole = await listed(endpoint, range);
    expect(whole.length).toBeGreaterThan(isReport ? 5 : 20);
    const list = paginator(async, endpoint, { limit: 5, ...range }) as AsyncPaginator<
      Item,
      BaseAsyncPage<Item>
    >;
    const sliced: Item[] = [];
    for await (const item of sliceByTime(list, { slices: 4 })) sliced.push(item);
    expect(json(sliced)).toEqual(json(whole));
  });
});
