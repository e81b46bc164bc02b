import { type Answer, errorAnswer, pageAnswer } from "./answer.ts";
import { ApiProblem } from "./api-problem.ts";
import { BodyCache } from "./body-cache.ts";
import { checkAccess } from "./check-access.ts";
import { accepts, compressBody } from "./content-coding.ts";
import { ServedList } from "./data/served-list.ts";
import { playCursorFault } from "./faults/cursor-fault.ts";
import { playEnvelopeFault } from "./faults/envelope-fault.ts";
import type { Fault } from "./faults/fault.ts";
import { playItemFault } from "./faults/item-fault.ts";
import { playPageFault } from "./faults/page-fault.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { checkRequired, isReversed, type ListRequest, readListRequest } from "./list-request.ts";
import { pageBody } from "./page-body.ts";
import { type PagePlan, planPage } from "./page-plan.ts";
import type { Route, RouteTable } from "./route-table.ts";
import { itemCount, type ServerConfig } from "./server-config.ts";

/** A page that can be answered. */
export interface PagePrompt {
  readonly request: ListRequest;
  readonly plan: PagePlan;
}

/** Enough for every page of a benchmark's list, little enough for any machine. */
const cacheBytes = 32 * 2 ** 20;
const mostLists = 1000;

/** Knows the lists: reads requests for their pages and writes the pages. */
export class ListResponder {
  readonly #config: ServerConfig;
  readonly #routes: RouteTable;
  readonly #lists = new Map<string, ServedList>();
  readonly #cache = new BodyCache(cacheBytes);

  constructor(config: ServerConfig, routes: RouteTable) {
    this.#config = config;
    this.#routes = routes;
  }

  /** Reads a request, or gives the problem the API has with it. */
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

  /** Answers a page, or the problem with the request. */
  answer(prompt: PagePrompt | ApiProblem, fault: Fault, requestId: string): Answer {
    if (prompt instanceof ApiProblem) return errorAnswer(prompt, requestId);
    const { list } = prompt.request;
    if (fault.fault === "none") {
      const { positions, direction } = prompt.plan;
      // Direction and place name a page; the items picked by id are not worth keeping.
      const make = () => Buffer.from(pageBody(list, prompt.plan));
      if (prompt.request.picked !== null) return pageAnswer(make(), positions.length);
      const { cursor, limit } = prompt.request;
      const key = `${list.cacheKey} ${direction} ${cursor?.mark.position ?? 0} ${limit}`;
      return pageAnswer(this.#cache.get(key, make), positions.length);
    }
    const request = playPageFault(prompt.request, fault);
    const moved = request === prompt.request ? prompt.plan : planPage(request);
    const plan = playItemFault(playCursorFault(moved, fault, request), fault, request);
    const body = playEnvelopeFault(pageBody(list, plan), fault, list.endpoint.itemsKey);
    return pageAnswer(Buffer.from(body), plan.positions.length);
  }

  /** Compresses an answer where the server is set to and the request accepts it. */
  encode(answer: Answer, { headers }: IncomingRequest): Answer {
    const { compress } = this.#config;
    if (compress === false || "content-encoding" in answer.headers) return answer;
    const vary = { ...answer.headers, vary: "accept-encoding" };
    if (!accepts(headers["accept-encoding"], compress)) return { ...answer, headers: vary };
    const body = compressBody(answer.body, compress);
    return { ...answer, headers: { ...vary, "content-encoding": compress }, body };
  }

  #list({ endpoint, params }: Route, reversed: boolean): ServedList {
    const key = `${endpoint.id} ${reversed} ${JSON.stringify(params)}`;
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const { seed, itemBytes } = this.#config;
    const count = itemCount(this.#config, endpoint.id);
    const list = new ServedList(endpoint, { seed, params, count, reversed, itemBytes, cacheKey: key });
    // Any path parameter is served, so somebody could ask for lists without end.
    if (this.#lists.size >= mostLists) this.#lists.clear();
    this.#lists.set(key, list);
    return list;
  }
}
