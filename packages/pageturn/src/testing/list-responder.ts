import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { type Answer, ApiProblem, encodeText, errorAnswer, pageAnswer } from "./answer.ts";
import { parseTime } from "./data/api-time.ts";
import { FilteredList } from "./data/filtered-list.ts";
import { filterText, type ItemList, present } from "./data/item-list.ts";
import { setAll } from "./data/json-fields.ts";
import { type ListChange, type ListChanges, noChanges } from "./data/list-changes.ts";
import { ReportList } from "./data/report-list.ts";
import { selectionOf } from "./data/selection.ts";
import { ServedList } from "./data/served-list.ts";
import { SortedList } from "./data/sorted-list.ts";
import type { Fault } from "./faults/fault.ts";
import { planFaultyPage, playEnvelopeFault } from "./faults/page-fault.ts";
import { checkParams, isReversed, type ListRequest, readListRequest } from "./list-request.ts";
import { type PagePlan, pageBody, planPage } from "./page-plan.ts";
import { checkAccess, type IncomingRequest, type Route, RouteTable, readTarget } from "./route-table.ts";
import { perList, type ServerConfig } from "./server-config.ts";
import { testEndpoints } from "./test-endpoints.ts";

/** A request for a page, and the page without faults. */
export interface PagePrompt {
  readonly request: ListRequest;
  readonly plan: PagePlan;
}

/** Owns the lists: reads requests for their pages and writes the pages. */
export class ListResponder {
  readonly #config: ServerConfig;
  readonly #routes: RouteTable;
  readonly #lists = new Map<string, ItemList>();
  /** About how many bytes the lists need. */
  #weight = 0;
  /** By the path, with the values of its parameters. */
  readonly #changes = new Map<string, ListChanges>();
  /** Holds every page of a benchmark's list and fits any machine. */
  readonly #cache = new BodyCache(32 * 2 ** 20);

  /** `served` are the lists of the API. */
  constructor(config: ServerConfig, served: readonly ServedEndpoint[]) {
    this.#config = config;
    this.#routes = new RouteTable([...config.endpoints, ...served, ...testEndpoints]);
  }

  /** Reads a request. Returns the problem if the API refuses it. */
  read(incoming: IncomingRequest): PagePrompt | ApiProblem {
    try {
      const route = this.#routes.find(incoming);
      checkAccess(incoming, this.#config);
      checkParams(route.endpoint, incoming.query);
      const list = this.#list(route, incoming);
      const request = readListRequest(list, incoming.query);
      const prompt = { request, plan: planPage(request) };
      this.#grow(route, incoming);
      return prompt;
    } catch (problem) {
      if (problem instanceof ApiProblem) return problem;
      throw problem;
    }
  }

  /** Returns the page with the fault, or the API's error for the problem. */
  answer(
    prompt: PagePrompt | ApiProblem,
    { fault, requestId }: { readonly fault: Fault; readonly requestId: string },
  ): Answer {
    if (prompt instanceof ApiProblem) return errorAnswer(prompt, requestId);
    if (fault.fault === "none") return pageAnswer(this.#body(prompt), prompt.plan.positions.length);
    const { list, plan } = planFaultyPage(prompt.request, fault);
    const body = playEnvelopeFault(pageBody(list, plan), fault, list.endpoint.itemsKey);
    return pageAnswer(encodeText(body), plan.positions.length);
  }

  #body({ request, plan }: PagePrompt): Uint8Array {
    const { list, cursor, limit, picked } = request;
    const make = () => encodeText(pageBody(list, plan));
    // Direction, place and size identify a page. Items picked by id are rarely requested again.
    if (picked !== null) return make();
    return this.#cache.get(`${list.cacheKey} ${plan.direction} ${cursor?.mark.position ?? 0} ${limit}`, make);
  }

  /**
   * Changes the items of a path, which may have parameters that select another list. Throws `ConfigurationError` for a path
   * that is not served, or an id that its list never had; then nothing changes.
   */
  mutate(target: string, { add = 0, remove = [], restore = [], update = {}, late }: ListChange): void {
    const { path, query } = readTarget(target);
    const route = this.#routes.findPath(path);
    if (route === null) throw new ConfigurationError(`Cannot mutate ${path} because no list has this path`);
    const changes = this.#changesOf(route, { path, query });
    const list = this.#served(route, { changes, query, cacheKey: "" }, false);
    const isReport = route.endpoint.report !== undefined;
    const wrong = isReport ? add > 0 && "add" : late !== undefined && "late";
    if (wrong !== false) {
      const kind = isReport ? "a report, which has no objects" : "no report";
      throw new ConfigurationError(`Cannot mutate ${path} by "${wrong}" because it is ${kind}`);
    }
    for (const name of list.fixedFields) {
      if (!Object.values(update).some((fields) => Object.hasOwn(fields, name))) continue;
      throw new ConfigurationError(
        `Cannot update ${name} of items of ${path} because their place in the list follows from it`,
      );
    }
    const indexOf = (id: string): number => {
      const index = isReport ? null : list.indexOf(id);
      if (index !== null) return index;
      throw new ConfigurationError(
        `Cannot mutate ${path} because it never had an item with the id ${JSON.stringify(id)}`,
      );
    };
    const removed = remove.map(indexOf);
    const restored = restore.map(indexOf);
    const updated = Object.entries(update).map(([id, fields]) => [indexOf(id), fields] as const);
    changes.added += add;
    for (const index of removed) changes.removed.add(index);
    for (const index of restored) changes.removed.delete(index);
    for (const [index, fields] of updated) {
      changes.updated.set(index, setAll(changes.updated.get(index) ?? {}, fields));
    }
    if (late !== undefined) changes.late.push({ from: parseTime(late.from), to: parseTime(late.to) });
    changes.version++;
  }

  /** Returns the changes of the lists with this path, and these values of the parameters that select one of several. */
  #changesOf(route: Route, target: Target): ListChanges {
    const key = listName(route, target);
    const known = this.#changes.get(key);
    if (known !== undefined) return known;
    const made = noChanges();
    this.#changes.set(key, made);
    return made;
  }

  /** The option `grow`: a list gains items after each request for it. */
  #grow(route: Route, target: Target): void {
    const count = perList(this.#config.grow, route.endpoint.id) ?? 0;
    if (count === 0 || route.endpoint.report !== undefined) return;
    const changes = this.#changesOf(route, target);
    changes.added += count;
    changes.version++;
  }

  #list(route: Route, { path, query }: IncomingRequest): ItemList {
    const changes = this.#changes.get(listName(route, { path, query })) ?? noChanges();
    const key = JSON.stringify([route.endpoint.id, path, changes.version, filterText(query)]);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const list = this.#makeList(route, { changes, query, cacheKey: key });
    // Every value of a parameter has a list, so the number of lists has no natural bound.
    this.#weight += key.length * 2 + (list instanceof SortedList ? list.count * 8 : 2_000);
    if (this.#weight > MOST_LIST_BYTES) {
      this.#lists.clear();
      this.#weight = 0;
    }
    this.#lists.set(key, list);
    return list;
  }

  #makeList(route: Route, asked: Asked): ItemList {
    const { endpoint } = route;
    const { query, cacheKey } = asked;
    const usual = endpoint.queryParams.find(({ wire }) => wire === "order_by")?.default;
    const orderBy = present(query, "order_by") ?? String(usual ?? "");
    const isSorted = orderBy !== "" && orderBy !== "created_at";
    // Sorting is by a field, and in an order of its own.
    const reversed = !isSorted && isReversed(endpoint, query);
    const sorted = (list: ItemList, valueAt: (position: number) => string | number): ItemList => {
      if (!isSorted) return list;
      if (list.count > SortedList.maxItems) throw new ApiProblem(400, "order_by: Too many items to sort");
      const descends = query.get("order") !== "asc";
      return new SortedList(list, { valueAt, descends, filters: filterText(query), cacheKey });
    };
    if (endpoint.report !== undefined) {
      const list = new ReportList(endpoint, { ...asked, ...this.#sizeOf(endpoint), reversed });
      return sorted(list, (position) => list.sortValue(position, orderBy));
    }
    const all = this.#served(route, asked, reversed);
    const selection = selectionOf(all, query);
    const list = selection === null ? all : new FilteredList(all, selection, cacheKey);
    return sorted(list, (position) => String(list.field(position, orderBy) ?? ""));
  }

  /** All items of a path. */
  #served({ endpoint, params }: Route, asked: Asked, reversed: boolean): ServedList {
    const { itemBytes } = this.#config;
    const selected = selectedValues(endpoint, asked.query);
    return new ServedList(endpoint, {
      ...asked,
      ...this.#sizeOf(endpoint),
      itemBytes,
      reversed,
      params: { ...params, ...selected.params },
      fixed: selected.fixed,
      filters: endpoint.cursorsKeepFilters === true ? filterText(asked.query) : "",
    });
  }

  #sizeOf({ id }: ServedEndpoint): { readonly seed: number; readonly count: number; readonly now: number } {
    const { seed, items, now } = this.#config;
    return { seed, count: perList(items, id) ?? 50, now: parseTime(now) };
  }
}

/** What is kept of lists that were asked for. */
const MOST_LIST_BYTES = 32 * 2 ** 20;

/** Where a request goes. */
type Target = Pick<IncomingRequest, "path" | "query">;

/** Names the list of a path, and of the parameters that select one of several. */
function listName({ endpoint }: Route, { path, query }: Target): string {
  return JSON.stringify([path, selectedValues(endpoint, query).params]);
}

/** What a list is made for. */
interface Asked {
  readonly changes: ListChanges;
  readonly query: URLSearchParams;
  readonly cacheKey: string;
}

/** The values of parameters that select another list, and the fields in which its items have them. */
function selectedValues(
  { queryParams }: ServedEndpoint,
  query: URLSearchParams,
): { readonly params: Record<string, string>; readonly fixed: Record<string, string> } {
  const params: Record<string, string> = {};
  const fixed: Record<string, string> = {};
  for (const { wire, effect } of queryParams) {
    const value = present(query, wire);
    if (effect?.does !== "selects" || value === null) continue;
    params[wire] = value;
    if (effect.on !== undefined) fixed[effect.on] = value;
  }
  return { params, fixed };
}

/**
 * Keeps the bodies that were used last, up to a number of bytes, so that a benchmark measures the client and
 * not the mock server.
 */
export class BodyCache {
  readonly #bodies = new Map<string, Uint8Array>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Returns the body under this key. `make` is called if the cache does not hold it. */
  get(key: string, make: () => Uint8Array): Uint8Array {
    const kept = this.#bodies.get(key);
    if (kept !== undefined) {
      this.#bodies.delete(key);
      this.#bodies.set(key, kept);
      return kept;
    }
    const body = make();
    if (body.byteLength > this.#maxBytes) return body;
    this.#bodies.set(key, body);
    this.#bytes += sizeOf(key, body);
    for (const [oldest, old] of this.#bodies) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#bodies.delete(oldest);
      this.#bytes -= sizeOf(oldest, old);
    }
    return body;
  }
}

function sizeOf(key: string, body: Uint8Array): number {
  return key.length * 2 + body.byteLength;
}
