import { type Answer, ApiProblem, errorAnswer, pageAnswer } from "./answer.ts";
import { ServedList } from "./data/served-list.ts";
import type { Fault } from "./faults/fault.ts";
import { planFaultyPage, playEnvelopeFault } from "./faults/page-fault.ts";
import { checkRequired, isReversed, type ListRequest, readListRequest } from "./list-request.ts";
import { type PagePlan, pageBody, planPage } from "./page-plan.ts";
import { checkAccess, type IncomingRequest, type Route, RouteTable } from "./route-table.ts";
import { readFullCatalog, testEndpoints } from "./served-endpoints.ts";
import { itemCount, type ServerConfig } from "./server-config.ts";

/** A request for a page, and the page without faults. */
export interface PagePrompt {
  readonly request: ListRequest;
  readonly plan: PagePlan;
}

/** Owns the lists: reads requests for their pages and writes the pages. */
export class ListResponder {
  readonly #config: ServerConfig;
  readonly #routes: RouteTable;
  readonly #lists = new Map<string, ServedList>();
  /** Holds every page of a benchmark's list and fits any machine. */
  readonly #cache = new BodyCache(32 * 2 ** 20);

  constructor(config: ServerConfig) {
    this.#config = config;
    this.#routes = new RouteTable([...config.endpoints, ...readFullCatalog(), ...testEndpoints]);
  }

  /** Reads a request. Returns the problem if the API refuses it. */
  read(incoming: IncomingRequest): PagePrompt | ApiProblem {
    try {
      const route = this.#routes.find(incoming);
      checkAccess(incoming, this.#config.apiKey);
      checkRequired(route.endpoint, incoming.query);
      const list = this.#list(route, isReversed(route.endpoint, incoming.query));
      const request = readListRequest(list, incoming.query);
      return { request, plan: planPage(request) };
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
    const { list } = prompt.request;
    if (fault.fault === "none") return pageAnswer(this.#body(prompt), prompt.plan.positions.length);
    const plan = planFaultyPage(prompt.request, fault);
    const body = playEnvelopeFault(pageBody(list, plan), fault, list.endpoint.itemsKey);
    return pageAnswer(Buffer.from(body), plan.positions.length);
  }

  #body({ request, plan }: PagePrompt): Uint8Array {
    const { list, cursor, limit, picked } = request;
    const make = () => Buffer.from(pageBody(list, plan));
    // Direction, place and size identify a page. Items picked by id are rarely requested again.
    if (picked !== null) return make();
    return this.#cache.get(`${list.cacheKey} ${plan.direction} ${cursor?.mark.position ?? 0} ${limit}`, make);
  }

  #list({ endpoint, params }: Route, reversed: boolean): ServedList {
    const key = `${endpoint.id} ${reversed} ${JSON.stringify(params)}`;
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const { seed, itemBytes } = this.#config;
    const count = itemCount(this.#config, endpoint.id);
    const list = new ServedList(endpoint, { seed, params, count, reversed, itemBytes, cacheKey: key });
    // Every value of a path parameter has a list, so the number of lists has no natural bound.
    if (this.#lists.size >= 1000) this.#lists.clear();
    this.#lists.set(key, list);
    return list;
  }
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
    this.#bytes += body.byteLength;
    for (const [oldest, old] of this.#bodies) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#bodies.delete(oldest);
      this.#bytes -= old.byteLength;
    }
    return body;
  }
}
