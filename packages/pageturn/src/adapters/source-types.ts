import type { JsonObject } from "../pagination/request/page-request.ts";

/** A position in a list of another library, as plain JSON: a token, a number, or the parameters that lead there. */
export type Cursor = string | number | JsonObject;

/** What a function returns for one page. `next` is null or undefined on the last page. */
export interface CursorPage<T> {
  readonly items: readonly T[];
  readonly next: Cursor | null | undefined;
}

/** A page of an SDK of the Stainless family: `@anthropic-ai/sdk`, `openai` and many others. */
export interface StainlessPage<T> {
  getPaginatedItems(): T[];
  hasNextPage(): boolean;
  getNextPage(): Promise<unknown>;
}

/** A list of `stripe`, awaited. */
export interface StripePage<T> {
  readonly object: string;
  readonly data: readonly T[];
  readonly has_more: boolean;
}

/** A list of the second version of the Stripe API, awaited. */
export interface StripeV2Page<T> {
  readonly data: readonly T[];
  readonly next_page_url: string | null;
}

/** What `stripe` returns for a list: a promise of its first page that is iterated for all items. */
export interface StripeList<T> extends AsyncIterable<T>, PromiseLike<StripePage<T>> {
  autoPagingEach(...parameters: never[]): unknown;
}

/** A response of Octokit: what `octokit.request()` returns, and what `octokit.paginate.iterator()` yields. */
export interface OctokitResponse<T> {
  readonly data: readonly T[];
  readonly headers: object;
  readonly status: number;
  readonly url: string;
}

/** What a method of a Google Cloud client returns with `autoPaginate: false`. */
export type GaxPage<T> = readonly [items: readonly T[], nextRequest: unknown, response: unknown];

/** What the list methods of an MCP client return. */
export type McpPage<T> = { readonly nextCursor?: string | undefined } & (
  | { readonly tools: readonly T[] }
  | { readonly resources: readonly T[] }
  | { readonly resourceTemplates: readonly T[] }
  | { readonly prompts: readonly T[] }
  | { readonly tasks: readonly T[] }
);

/** A paged list of an Azure client. */
export interface AzureList<P> {
  byPage(settings?: { continuationToken?: string }): AsyncIterable<P>;
}

/** One page, as a function may return it. Any other object needs the options `items` and `cursor`. */
export type ForeignPageResult =
  | CursorPage<unknown>
  | StainlessPage<unknown>
  | StripePage<unknown>
  | StripeV2Page<unknown>
  | OctokitResponse<unknown>
  | GaxPage<unknown>
  | McpPage<unknown>;

/** A list of another library. */
export type ForeignSource =
  | StainlessPage<unknown>
  | PromiseLike<StainlessPage<unknown>>
  | StripeList<unknown>
  | AzureList<unknown>
  | AsyncIterable<unknown>;

/** What may be resumed: any item, the start of any page, or nothing. */
export type Resumes = "item" | "page" | "none";

/** The page that the options `items` and `cursor` read, and that `raw` is. The list of a Stripe client yields items. */
export type RawPage<S> = S extends (...parameters: never[]) => infer R
  ? OpenedPage<R>
  : S extends StripeList<infer T>
    ? T
    : OpenedPage<S>;

type OpenedPage<S> =
  S extends AzureList<infer P>
    ? P
    : S extends PromiseLike<infer P>
      ? P extends StainlessPage<unknown>
        ? P
        : P extends AsyncIterable<infer V>
          ? V
          : P
      : S extends StainlessPage<unknown>
        ? S
        : S extends AsyncIterable<infer V>
          ? V
          : S;

/** The items of a list. */
export type ItemOf<S> = S extends (...parameters: never[]) => infer R
  ? ItemOf<R>
  : S extends AzureList<infer P>
    ? P extends readonly (infer T)[]
      ? T
      : never
    : S extends PromiseLike<infer P>
      ? P extends ForeignPageResult
        ? PageItem<P>
        : P extends AsyncIterable<infer V>
          ? YieldedItem<V>
          : never
      : S extends ForeignPageResult
        ? PageItem<S>
        : S extends AsyncIterable<infer V>
          ? YieldedItem<V>
          : never;

/** The pages of AWS clients do not say where their items are. */
type YieldedItem<V> = V extends OctokitResponse<infer T> ? T : V extends { $metadata: unknown } ? never : V;

type PageItem<P> =
  P extends StainlessPage<infer T>
    ? T
    : P extends CursorPage<infer T>
      ? T
      : P extends StripePage<infer T>
        ? T
        : P extends StripeV2Page<infer T>
          ? T
          : P extends OctokitResponse<infer T>
            ? T
            : P extends GaxPage<infer T>
              ? T
              : P extends McpPage<infer T>
                ? T
                : never;

/** What can be resumed of a list. `C` is the type of the option `cursor`. */
export type ResumesOf<S, C> = S extends (...parameters: infer A) => infer R
  ? R extends PromiseLike<infer P>
    ? P extends ForeignPageResult
      ? "item"
      : P extends AsyncIterable<infer V>
        ? IteratedResumes<A, V, C>
        : "item"
    : R extends ForeignPageResult
      ? "item"
      : R extends AsyncIterable<infer V>
        ? IteratedResumes<A, V, C>
        : "item"
  : S extends AzureList<infer P>
    ? P extends { continuationToken?: unknown }
      ? "page"
      : IsFunction<C> extends true
        ? "page"
        : "none"
    : "none";

type IteratedResumes<A extends readonly unknown[], V, C> = A["length"] extends 0
  ? "none"
  : V extends OctokitResponse<unknown>
    ? "item"
    : IsFunction<C> extends true
      ? "item"
      : "none";

type IsFunction<C> = [C] extends [never]
  ? false
  : C extends (...parameters: never[]) => unknown
    ? true
    : false;
