import { type Checkpoint, ConfigurationError } from "../errors/pageturn-error.ts";
import { AsyncPaginator } from "../pagination/list/async-paginator.ts";
import { type PageWithResponse, pageWithResponse } from "../pagination/list/checked-source.ts";
import type { AsyncWalk } from "../pagination/walk/async-walk.ts";
import type { WalkUnit } from "../pagination/walk/page-slice.ts";
import type { ResumableWalkOptions, WalkOptions } from "../pagination/walk/walk-options.ts";
import { ForeignPage, ForeignWalk } from "./foreign-page.ts";
import type { ForeignListSource } from "./foreign-source.ts";
import type { Resumes, StainlessPage } from "./source-types.ts";

/** Options of a walk; without `resumeFrom` where the list cannot be resumed. */
export type ForeignWalkOptions<T, R extends Resumes> = R extends "none"
  ? WalkOptions<T> & { readonly resumeFrom?: never }
  : ResumableWalkOptions<T>;

/**
 * A list of another library. {@link paginate} makes one. It is awaited, iterated and walked as the lists of the clients are.
 *
 * `R` says what can be resumed, `P` is a page as the library returns it.
 */
export class ForeignList<T, R extends Resumes = Resumes, P = unknown> extends AsyncPaginator<
  T,
  ForeignPage<T, P>
> {
  /** @internal */
  static override readonly pageturnClass: string = "ForeignList";

  readonly #source: ForeignListSource;
  /** What can be resumed: `"item"`, any position; `"page"`, the start of any page; `"none"`, nothing. */
  declare readonly resumes: R;

  /** @internal */
  constructor(source: ForeignListSource) {
    super(ForeignPage<T, P>, source);
    this.#source = source;
    Object.defineProperty(this, "resumes", { value: source.origin.resumes, enumerable: true });
  }

  /** Walks item by item. */
  override items(options?: ForeignWalkOptions<T, R>): AsyncWalk<ForeignPage<T, P>, T> & Resumable<R> {
    return this.#walk("items", options);
  }

  /** Walks page by page. */
  override pages(
    options?: ForeignWalkOptions<T, R>,
  ): AsyncWalk<ForeignPage<T, P>, ForeignPage<T, P>> & Resumable<R> {
    return this.#walk("pages", options);
  }

  /** Walks page by page: the name that pages have for `pages()`. */
  override iterPages(
    options?: ForeignWalkOptions<T, R>,
  ): AsyncWalk<ForeignPage<T, P>, ForeignPage<T, P>> & Resumable<R> {
    return this.pages(options);
  }

  /** All items of the list, in one array. */
  override toArray(options?: ForeignWalkOptions<T, R>): Promise<T[]> {
    return super.toArray(options);
  }

  /**
   * The first page together with its response. Only where the library shows it: elsewhere it is a type error, and rejects with
   * `ConfigurationError`.
   */
  override async withResponse(
    this: P extends RespondingPage ? ForeignList<T, R, P> : never,
  ): Promise<PageWithResponse<ForeignPage<T, P>>> {
    const page = await this.firstPage();
    if (page.step.reading.response !== undefined) return pageWithResponse(page);
    throw new ConfigurationError(
      `Cannot return the response of the list of ${this.#source.origin.name} as its source does not show it: await the list`,
    );
  }

  override [Symbol.asyncIterator](): AsyncWalk<ForeignPage<T, P>, T> & Resumable<R> {
    return this.items();
  }

  #walk<V>(
    unit: WalkUnit,
    options: ResumableWalkOptions<T> | undefined,
  ): AsyncWalk<ForeignPage<T, P>, V> & Resumable<R> {
    const isResumed = options?.resumeFrom !== undefined;
    const walk = new ForeignWalk<ForeignPage<T, P>, V>({
      Page: ForeignPage<T, P>,
      source: this.#source,
      unit,
      options,
      ...(!isResumed && { first: () => this.firstPage() }),
      refused: (page) => this.forget(page),
    });
    // The cast: where `R` is "none", the checkpoint throws, which is `never`.
    return walk as AsyncWalk<ForeignPage<T, P>, V> & Resumable<Resumes> as AsyncWalk<ForeignPage<T, P>, V> &
      Resumable<R>;
  }
}

/** A page that shows its response: of Stainless SDKs, Octokit, Stripe and AWS clients. */
export type RespondingPage =
  | StainlessPage<unknown>
  | { readonly headers: object; readonly status: number; readonly url: string }
  | { readonly lastResponse: object }
  | { readonly $metadata: object };

/** The checkpoint of a walk; `never` where the list cannot be resumed, as reading it throws. */
export interface Resumable<R extends Resumes> {
  readonly checkpoint: R extends "none" ? never : Checkpoint;
}
