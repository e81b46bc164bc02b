import { APIUserAbortError } from "../errors/api-error.ts";
import { PaginationError } from "../errors/pagination-error.ts";
import type { FetchedPage } from "../pagination/page/page-body.ts";
import type { PageRequest } from "../pagination/request/page-request.ts";
import { withEither } from "../pagination/walk/either-signal.ts";
import type { AsyncListSource, WalkOptions } from "../pagination/walk/walk-options.ts";
import { type Origin, type Reading, readAlready } from "./origin.ts";
import { responseOf, type Step } from "./step.ts";

/** A list source that reads the pages of another library. */
export class ForeignListSource implements AsyncListSource {
  readonly request: PageRequest;
  readonly origin: Origin;
  readonly signal: AbortSignal | undefined;
  readonly walk: WalkOptions | undefined;
  /** What the iterators belong to that pages are turned with by hand. */
  readonly owner: object;
  readonly #last: Step | null;
  /** The walk that reads a source which can be read once. */
  #reader: object | null = null;

  /** `last` is the page that the source goes on after; absent at the start of the list. */
  constructor(
    origin: Origin,
    {
      signal,
      walk,
      last = null,
      owner,
    }: {
      signal?: AbortSignal | undefined;
      walk?: WalkOptions | undefined;
      last?: Step | null;
      owner?: object;
    },
  ) {
    this.origin = origin;
    this.signal = signal;
    this.walk = walk;
    this.#last = last;
    this.owner = owner ?? this;
    this.request = { path: origin.name, query: {} };
  }

  /** The page that follows the one that this source goes on after, or that opens at a cursor. */
  async fetch(request: PageRequest, signal: AbortSignal | undefined): Promise<FetchedPage> {
    const read = await this.read(request, this.#last, { signal, owner: this.owner });
    if (read !== null) return read;
    this.#last?.endHere();
    throw new PaginationError(`Cannot get the next page of ${request.path}: the list ends before it`);
  }

  /** A page; `null` where the library says that the list ends before it. */
  async read(
    request: PageRequest,
    last: Step | null,
    { signal, owner }: Reading,
  ): Promise<FetchedPage | null> {
    const startedAt = performance.now();
    try {
      this.signal?.throwIfAborted();
      const step = await withEither(this.signal, signal, (either) =>
        this.origin.read(request, last, { signal: either, owner }),
      );
      const response = step && responseOf(step.reading, performance.now() - startedAt);
      return step && response && { body: step, response };
    } catch (error) {
      if (this.signal?.aborted !== true) throw error;
      throw new APIUserAbortError(
        `Cannot continue the list of ${this.origin.name}: the caller's signal fired`,
        {
          request: { method: "GET", url: this.origin.name },
          cause: this.signal.reason,
        },
      );
    }
  }

  /** Keeps a list that can be read once to one walk. */
  claim(walk: object): void {
    if (!this.origin.isOnce || this.#reader === walk) return;
    if (this.#reader !== null) throw readAlready(this.origin.name);
    this.#reader = walk;
  }
}
