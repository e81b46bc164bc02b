import { type Checkpoint, ConfigurationError } from "../errors/pageturn-error.ts";
import { atPageStart, checkpointOf } from "../pagination/checkpoint/checkpoint.ts";
import { refused } from "../pagination/checkpoint/resume.ts";
import { BaseAsyncPage } from "../pagination/list/async-paginator.ts";
import type { PageInit } from "../pagination/page/base-page.ts";
import type { PageBody } from "../pagination/page/page-body.ts";
import type { PageInfo, PageRequest } from "../pagination/request/page-request.ts";
import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import { type AsyncPageClass, AsyncWalk } from "../pagination/walk/async-walk.ts";
import { withCheckpoint } from "../pagination/walk/outcome.ts";
import type { WalkUnit } from "../pagination/walk/page-slice.ts";
import type { PlannedRequest } from "../pagination/walk/request-planner.ts";
import type { AsyncListSource, ResumableWalkOptions } from "../pagination/walk/walk-options.ts";
import { ForeignListSource } from "./foreign-source.ts";
import { isCursor, Step } from "./step.ts";

/** Every page is a {@link Step}, whatever the library. */
const strategy: PaginationStrategy = {
  // The library may read its own array again for the next page, and a program may change that of this page.
  items: (body) => [...stepIn(body).reading.items],
  hasMore: ({ body }) => stepIn(body).reading.hasMore,
  // A page answers for itself.
  next: () => null,
  cursors: ["cursor"],
};

function stepIn(body: unknown): Step {
  if (body instanceof Step) return body;
  throw new TypeError("Cannot create a page of a list of another library: paginate() makes them");
}

/** A page of a list of another library. */
export class ForeignPage<T, P = unknown> extends BaseAsyncPage<T> {
  /** @internal */
  static override readonly pageturnClass: string = "ForeignPage";

  readonly #source: ForeignListSource;
  readonly #step: Step;

  constructor(init: PageInit<AsyncListSource>) {
    const step = stepIn(init.fetched.body);
    // The cast: only a ForeignList makes pages, and its source is one.
    const { origin, signal, walk, owner } = init.source as ForeignListSource;
    super({ ...init, source: new ForeignListSource(origin, { signal, walk, last: step, owner }) });
    this.#source = init.source as ForeignListSource;
    this.#step = step;
  }

  override get strategy(): PaginationStrategy {
    return strategy;
  }

  /** The page as the library returned it. Not enumerable, as it may hold request headers. */
  get raw(): P {
    // The cast: `P` is what the types of `paginate()` say about the source.
    return this.#step.raw as P;
  }

  /** @internal */
  get step(): Step {
    return this.#step;
  }

  /** Read when it is asked for: some libraries know it only after the page. */
  override nextPageInfo(): PageInfo | null {
    const { next } = this.#step;
    return next === null ? null : { params: next };
  }

  /** @internal */
  override get checkedBody(): PageBody {
    const body = super.checkedBody;
    return this.#step.reading.hasItems === false ? { ...body, hasItems: false } : body;
  }

  override iterPages(options?: ResumableWalkOptions<T>): AsyncWalk<this, this> {
    return this.#walk("pages", options);
  }

  override items(options?: ResumableWalkOptions<T>): AsyncWalk<this, T> {
    return this.#walk("items", options);
  }

  /** The items. `raw` is not part of it, as it may hold request headers. */
  override toJSON(): unknown {
    return { data: this.data };
  }

  #walk<V>(unit: WalkUnit, options: ResumableWalkOptions<T> | undefined): AsyncWalk<this, V> {
    // The cast: the constructor of an object makes objects of its class.
    const Page = this.constructor as AsyncPageClass<this>;
    return new ForeignWalk<this, V>({ Page, source: this.#source, page: this, unit, options });
  }
}

/** What a {@link ForeignWalk} traverses. */
interface ForeignWalkSetup<P> {
  readonly Page: AsyncPageClass<P>;
  readonly source: ForeignListSource;
  readonly unit: WalkUnit;
  readonly options: ResumableWalkOptions<never> | undefined;
  /** The page to begin on. */
  readonly page?: P;
  /** Requests the first page, or joins the request for it. */
  readonly first?: () => Promise<P>;
  /** Called with a page that lacks its items, which the walk requests again. */
  readonly refused?: (page: P) => void;
}

/** A walk of a list of another library. */
export class ForeignWalk<P extends ForeignPage<unknown>, V> extends AsyncWalk<P, V> {
  /** @internal */
  static override readonly pageturnClass: string = "ForeignWalk";

  readonly #foreign: ForeignWalkSetup<P>;
  #last: Step | null;
  /** The page before the last one. */
  #previous: Step | null = null;
  /** For pages that an iterator may not have: the request of the page before, where it can be requested again. */
  readonly #before = new Map<unknown, PageRequest>();

  constructor(setup: ForeignWalkSetup<P>) {
    const { source, options } = setup;
    if (source.origin.resumes === "none" && options?.resumeFrom !== undefined)
      throw new ConfigurationError(
        `Cannot use the option resumeFrom as the list of ${source.origin.name} cannot be resumed: ${RESUMABLE}`,
      );
    super({
      ...setup,
      keepsLastPage: true,
      open: (planned, signal) => this.#open(planned, signal),
      refused: (page) => {
        this.#last = this.#previous;
        setup.refused?.(page);
      },
    });
    const { start } = this.core.source;
    checkCursor(start?.request);
    checkCursor(start?.resumption?.pinned?.request);
    this.#foreign = setup;
    this.#last = setup.page?.step ?? null;
  }

  override get checkpoint(): Checkpoint {
    const checkpoint = this.#checkpoint();
    if (checkpoint !== null) return checkpoint;
    throw new ConfigurationError(
      `Cannot make a checkpoint of the list of ${this.#foreign.source.origin.name}, which cannot be resumed: ${RESUMABLE}`,
    );
  }

  override async fillBuffer(): Promise<boolean> {
    try {
      const isFilled = await super.fillBuffer();
      if (!isFilled) this.#close();
      return isFilled;
    } catch (error) {
      // That of the core does not know what the library can resume.
      throw withCheckpoint(error, this);
    }
  }

  override return(): Promise<IteratorResult<V, undefined>> {
    this.#close();
    return super.return();
  }

  async #open(planned: PlannedRequest, signal: AbortSignal): Promise<P | null> {
    const { source, Page, first } = this.#foreign;
    source.claim(this);
    const { request } = planned;
    if (first !== undefined && planned.first !== undefined) {
      const page = await first();
      // An iterator goes on for one walk only: another one opens its own.
      if (page.step.reader?.take(this) !== false) return this.#noted(page, request);
    }
    const fetched = await source.read(request, this.#last, { signal, owner: this });
    if (fetched === null) {
      this.#last?.endHere();
      this.core.planner.stop("exhausted");
      return null;
    }
    return this.#noted(new Page({ source, fetched, ...planned }), request);
  }

  /** The iterator of another walk is not closed: it would look like the end of the list there. */
  #close(): void {
    const reader = this.#last?.reader;
    if (reader?.take(this)) void reader.close();
  }

  #noted(page: P, request: PageRequest): P {
    this.#previous = this.#last;
    this.#last = page.step;
    page.step.reader?.take(this);
    const number = page.step.next?.["page"];
    if (number !== undefined && request.query["page"] === undefined) this.#before.set(number, request);
    return page;
  }

  #checkpoint(): Checkpoint | null {
    const { origin } = this.#foreign.source;
    const resumes = this.#last === null ? origin.resumes : origin.resumesAfter(this.#last);
    if (resumes === "none") return null;
    const { source, position } = this.core;
    const checkpoint = checkpointOf({ list: source.request, strategy }, position);
    const page = checkpoint.at.query?.["page"];
    if (page === undefined) return resumes === "item" ? checkpoint : atPageStart(checkpoint);
    if (resumes === "item") return null;
    // A checkpoint has it as text.
    const before = this.#before.get(Number(page))?.query;
    if (before === undefined) return null;
    const { cursor } = before;
    return atPageStart({ ...checkpoint, at: cursor === undefined ? {} : { query: { cursor } } });
  }
}

const RESUMABLE =
  "its source has no cursor. Pass a function (cursor, signal) => … to paginate(), which requests the page at a cursor";

/** Refuses a checkpoint whose cursor is none. */
function checkCursor(request: PageRequest | undefined): void {
  const cursor = request?.query["cursor"] ?? undefined;
  if (cursor === undefined) return;
  let value: unknown;
  try {
    value = typeof cursor === "string" && JSON.parse(cursor);
  } catch {
    throw refused("its cursor is not JSON");
  }
  if (!isCursor(value)) throw refused("its cursor is neither text nor a number nor an object, as JSON");
}
