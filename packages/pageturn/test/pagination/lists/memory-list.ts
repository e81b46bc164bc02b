import {
  AsyncPaginator,
  type BaseAsyncPage,
  type BaseSyncPage,
  type Checkpoint,
  type FetchedPage,
  idStrategy,
  type PageRequest,
  type QueryParams,
  SyncPaginator,
  type WalkOptions,
} from "pageturn/pagination";
import { resumeAt } from "../../../src/pagination/checkpoint/resume.ts";
import { positionKey as keyOf } from "../../../src/pagination/request/strategy.ts";
import { answer, type Item, type Model, pageClasses } from "./model-list.ts";

/** How a list in memory is asked for. */
export interface Asking {
  readonly query?: QueryParams;
  readonly walk?: WalkOptions;
  readonly resumeFrom?: Checkpoint;
  /** Called before each answer, with the number of the request; what it throws, the request fails with. */
  readonly before?: (request: PageRequest, number: number) => void;
  /** What an asynchronous answer waits for. */
  readonly pause?: (signal: AbortSignal | undefined) => Promise<void>;
}

/** A response that nothing is known of. */
export const response = {
  status: 200,
  headers: new Headers(),
  requestId: null,
  url: "memory:/list",
  durationMs: 0,
};

/** The two lists over one model, with the requests that each was asked. */
export class MemoryList {
  readonly requests: PageRequest[] = [];
  readonly #model: Model;
  readonly #asking: Asking;

  constructor(model: Model, asking: Asking = {}) {
    this.#model = model;
    this.#asking = asking;
  }

  /** The first page, synchronously. */
  sync(): BaseSyncPage<Item> {
    const source = { ...this.#source(), fetch: (request: PageRequest) => this.#answer(request) };
    return new SyncPaginator<Item>(pageClasses[this.#model.kind].sync, source).firstPage();
  }

  /** The list, asynchronously. */
  async(): AsyncPaginator<Item> {
    const { pause } = this.#asking;
    return new AsyncPaginator<Item, BaseAsyncPage<Item>>(pageClasses[this.#model.kind].async, {
      ...this.#source(),
      fetch: async (request, signal) => {
        const answered = this.#answer(request);
        await pause?.(signal);
        return answered;
      },
    });
  }

  #source() {
    const { query = {}, walk, resumeFrom } = this.#asking;
    const request: PageRequest = { path: "/v1/list", query };
    const { strategy } = pageClasses[this.#model.kind].sync.prototype;
    const start = resumeFrom === undefined ? undefined : resumeAt(request, resumeFrom, strategy);
    return { request, start, walk };
  }

  #answer(request: PageRequest): FetchedPage {
    this.requests.push(request);
    this.#asking.before?.(request, this.requests.length - 1);
    return { body: answer(this.#model, request.query), response };
  }
}

/** The key of the position that a request asks for, whatever its page size. */
export function positionKey(request: PageRequest): string {
  return keyOf(idStrategy, request);
}
