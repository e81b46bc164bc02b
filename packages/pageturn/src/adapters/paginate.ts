import { ConfigurationError } from "../errors/pageturn-error.ts";
import { callback, oneOf, refuseUnknown } from "../pagination/request/check-option.ts";
import { isJsonObject } from "../pagination/request/page-request.ts";
import { checkedWalkOptions, type WalkOptions } from "../pagination/walk/walk-options.ts";
import { ForeignList } from "./foreign-list.ts";
import { ForeignListSource } from "./foreign-source.ts";
import { OpenedOrigin, type Origin, type OriginInit, StainlessOrigin } from "./origin.ts";
import { PageReader } from "./page-reader.ts";
import { hasMethod, isStainlessPage } from "./raw-page.ts";
import type {
  Cursor,
  ForeignPageResult,
  ForeignSource,
  ItemOf,
  OctokitResponse,
  RawPage,
  ResumesOf,
} from "./source-types.ts";
import { shapeOf } from "./unknown-page.ts";

/** A function of a page. A method, as TypeScript may compare it before it knows the page. */
type ReadPage<P, R> = { read(page: P): R }["read"];

/** Options of {@link paginate}. `P` is a page as the library returns it. */
export interface PaginateOptions<P = never, T = unknown> {
  /** The name of the list in messages and checkpoints. A checkpoint of another name is refused. Default `"paginate()"`. */
  readonly name?: string | undefined;
  /** Returns the items of a page. Default: known for pages of known forms. */
  readonly items?: ReadPage<P, readonly T[]> | undefined;
  /** Returns the position of the next page, `null` on the last one. Default: known for pages of known forms. */
  readonly cursor?: ReadPage<P, Cursor | null | undefined> | undefined;
  /** What an empty text as a cursor means. Default `"end"`; for MCP clients, `"valid"`. */
  readonly emptyCursor?: "end" | "valid" | undefined;
  /** Ends every walk of the list. A function gets a signal that fires with it. */
  readonly signal?: AbortSignal | undefined;
  /** Defaults for every walk of the list. */
  readonly walk?: WalkOptions<T> | undefined;
}

const OPTIONS = [
  "name",
  "items",
  "cursor",
  "emptyCursor",
  "signal",
  "walk",
] satisfies (keyof PaginateOptions)[];

/** The items of a list: what the option `items` returns, else those of the source. */
type ItemIn<S, O> = O extends { readonly items: (page: never) => readonly (infer T)[] } ? T : ItemOf<S>;

/** A function that requests the page at a cursor; `undefined` for the first page. `signal` fires when the walk is left. */
export type PageFunction<C, R = unknown> = (cursor: C, signal: AbortSignal) => R;

/** What a function may return without further options. */
type KnownResult = KnownPage | PromiseLike<KnownPage>;

/** Of a response of Octokit, `data` may also be an object: then the options say where the items are. */
type KnownPage =
  | ForeignPageResult
  | AsyncIterable<unknown>
  | (Omit<OctokitResponse<unknown>, "data"> & { readonly data: unknown });

/** The options that pages of unknown form need. */
interface ReadersOf<P> {
  readonly items: ReadPage<P, readonly unknown[]>;
  readonly cursor: ReadPage<P, Cursor | null | undefined>;
}

/**
 * Walks a list of another library as the lists of this one: the same guards, bounds, prefetching and outcome.
 *
 * A function `(cursor, signal) => page` can do all of that, and can be resumed at any item. What else can be resumed is in
 * the type of the list, and in `resumes`. Nothing is requested before the list is awaited or iterated, but some libraries
 * request the first page when their list is made.
 *
 * Throws `ConfigurationError` for a source that is not a list, and for an option that cannot be used.
 *
 * @example
 * ```ts
 * const pages = [{ items: ["a", "b"], next: "2" }, { items: ["c"], next: null }];
 * const list = paginate(async (cursor) => pages[cursor === "2" ? 1 : 0] ?? { items: [], next: null });
 * console.log(await list.toArray()); // [ 'a', 'b', 'c' ]
 * ```
 */
export function paginate<S extends ForeignSource, O extends PaginateOptions<RawPage<S>>>(
  source: S,
  options?: O,
): ForeignList<ItemIn<S, O>, ResumesOf<S, O["cursor"]>, RawPage<S>>;
export function paginate<
  const F extends PageFunction<string | undefined, KnownResult>,
  O extends PaginateOptions<RawPage<F>>,
>(source: F, options?: O): ForeignList<ItemIn<F, O>, ResumesOf<F, O["cursor"]>, RawPage<F>>;
export function paginate<
  const F extends PageFunction<never, KnownResult>,
  O extends PaginateOptions<RawPage<F>>,
>(source: F, options?: O): ForeignList<ItemIn<F, O>, ResumesOf<F, O["cursor"]>, RawPage<F>>;
export function paginate<
  const F extends PageFunction<string | undefined>,
  O extends PaginateOptions<RawPage<F>> & ReadersOf<RawPage<F>>,
>(source: F, options: O): ForeignList<ItemIn<F, O>, ResumesOf<F, O["cursor"]>, RawPage<F>>;
export function paginate<
  const F extends PageFunction<never>,
  O extends PaginateOptions<RawPage<F>> & ReadersOf<RawPage<F>>,
>(source: F, options: O): ForeignList<ItemIn<F, O>, ResumesOf<F, O["cursor"]>, RawPage<F>>;
export function paginate(source: unknown, own?: PaginateOptions | null): unknown {
  const options: PaginateOptions = own ?? {};
  refuseUnknown("paginate()", options, OPTIONS);
  const { name = "paginate()", walk, signal } = options;
  if (typeof name !== "string")
    throw new ConfigurationError(
      `Cannot use the option name as it must be text: current value is ${shapeOf(name)}`,
    );
  if (signal !== undefined && !hasMethod(signal, "addEventListener"))
    throw new ConfigurationError(
      `Cannot use the option signal as it must be an AbortSignal: current value is ${shapeOf(signal)}`,
    );
  callback("items", options.items);
  callback("cursor", options.cursor);
  oneOf("emptyCursor", options.emptyCursor, ["end", "valid"]);
  const origin = originOf(source, { ...options, name });
  const defaults = yieldsItems(source, options) ? { maxEmptyPages: Number.POSITIVE_INFINITY, ...walk } : walk;
  checkedWalkOptions(undefined, defaults);
  return new ForeignList(new ForeignListSource(origin, { signal, walk: defaults }));
}

/**
 * The kinds of sources, told apart by their members. The order matters: the list of an Azure client and the page of a
 * Stainless SDK are async iterables, too, and the promise of a Stripe list is a promise.
 */
function originOf(source: unknown, options: PaginateOptions & { readonly name: string }): Origin {
  const { name, items, cursor, emptyCursor } = options;
  const shared = { name, items, cursor, emptyCursor, yieldsPages: false };
  if (typeof source === "function") {
    return new OpenedOrigin({
      ...shared,
      resumes: "item",
      isOnce: false,
      opensAtCursors: source.length > 0,
      open: (at, signal) => source(at, signal ?? new AbortController().signal),
    });
  }
  if (hasMethod(source, "byPage")) {
    const open: OriginInit["open"] = (at) => source.byPage(at === undefined ? {} : { continuationToken: at });
    return new OpenedOrigin({
      ...shared,
      resumes: "page",
      isOnce: false,
      yieldsPages: true,
      opensAtCursors: true,
      open,
    });
  }
  if (hasMethod(source, "autoPagingEach") || isIterable(source)) {
    // The cast: the method is there; a Stripe list has it, too.
    const reader = new PageReader(source as AsyncIterable<unknown>);
    // Stripe sends a page again where its last item repeats: only ids tell.
    const itemCursor = hasMethod(source, "autoPagingEach") ? idOf : undefined;
    return new OpenedOrigin({
      ...shared,
      cursor: cursor ?? itemCursor,
      resumes: "none",
      isOnce: true,
      opensAtCursors: false,
      open: () => reader,
    });
  }
  if (isStainlessPage(source) || hasMethod(source, "then")) return new StainlessOrigin(name, source, options);
  throw new ConfigurationError(
    `Cannot paginate the source as it is ${shapeOf(source)}: it must be a function (cursor, signal) => page, a page of ` +
      "an SDK of the Anthropic and OpenAI family or its promise, a list of a Stripe or Azure client, or an async " +
      "iterable such as those of Octokit, AWS and Google clients. For another client, pass a function that calls it",
  );
}

/** Whether a source is an async iterable, and neither a page nor a promise. */
function isIterable(source: unknown): boolean {
  return hasMethod(source, Symbol.asyncIterator) && !isStainlessPage(source) && !hasMethod(source, "then");
}

/** Whether a source yields single items, which may well be equal to each other. */
function yieldsItems(source: unknown, { items }: PaginateOptions): boolean {
  const isFunction = typeof source === "function" && source.length === 0;
  return items === undefined && (isFunction || hasMethod(source, "autoPagingEach") || isIterable(source));
}

function idOf(item: unknown): string | null {
  return isJsonObject(item) && typeof item["id"] === "string" ? item["id"] : null;
}
