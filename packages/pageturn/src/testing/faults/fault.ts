/** Any value that JSON can represent. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

type Fields = Readonly<Record<string, JsonValue>>;
type NoMembers = Readonly<Record<never, never>>;

/** The members of each fault, without `fault` itself. */
export interface FaultMembers {
  /** A normal response. */
  readonly none: NoMembers;
  /** A normal response that is sent `ms` milliseconds late. */
  readonly delay: { readonly ms: number };

  /** Sends any status, by default with the API's error body. */
  readonly status: {
    /** 200 to 599. */
    readonly status: number;
    /** Added to the response: `retry-after`, `x-should-retry`, `location`. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Replaces the API's message. */
    readonly message?: string;
    /** Replaces the API's error body. */
    readonly body?: string;
  };
  /** Refuses the cursor of the request as expired. The first page is sent normally. Default status: 400. */
  readonly cursorExpired: { readonly status?: 400 | 404 | 410 };

  /**
   * Cursors are offsets, and items were inserted before this one: the page repeats the last `count` items of the
   * page before. Default: 1.
   */
  readonly itemsInserted: { readonly count?: number };
  /** Cursors are offsets, and items were deleted before this one: the page skips `count` items. Default: 1. */
  readonly itemsDeleted: { readonly count?: number };
  /** Ignores `limit` and all filters of the request, but not its cursor. */
  readonly dropFilters: NoMembers;

  /** Repeats the cursor of the request. The first page, which is requested without one, is sent normally. */
  readonly repeatCursor: NoMembers;
  /** After page `offset + length`, the cursors lead back to page `offset + 1`. Play it on every request. */
  readonly cycle: {
    /** The number of different cursors in the cycle. */
    readonly length: number;
    /** The number of pages before the cycle. Default: 1, which gives A, B, A for a length of 2. */
    readonly offset?: number;
  };
  /**
   * Sends a new cursor for the same place on every request, so that the list never ends. Each page repeats the
   * items of that place or is empty.
   */
  readonly endless: { readonly items: "same" | "none" };
  /** Moves the cursor by one item: -1 repeats an item, 1 skips one. */
  readonly offByOne: { readonly by: -1 | 1 };
  /** Sends a page without items and a new cursor, which then returns the items. */
  readonly emptyPage: NoMembers;
  /** Sends the first `count` items of the page twice. Default: 1. */
  readonly duplicateItems: { readonly count?: number };

  /** Sets `has_more` to this value. `next_page` and `last_id` do not change. */
  readonly hasMore: { readonly value: JsonValue };
  /** Sets fields of the page: `{ data: null }`, `{ next_page: "" }`. */
  readonly setFields: { readonly fields: Fields };
  /** Removes fields of the page. */
  readonly dropFields: { readonly names: readonly string[] };
  /** Sets fields of every item. */
  readonly setItemFields: { readonly fields: Fields };
  /** Removes fields of every item. */
  readonly dropItemFields: { readonly names: readonly string[] };

  /** Sends the correct body with another content type. `null` removes the header. */
  readonly contentType: { readonly value: string | null };
  /**
   * Sends this text with status 200: HTML, an array, an empty string, invalid JSON. Default content type:
   * `application/json`.
   */
  readonly body: { readonly body: string; readonly contentType?: string };
  /**
   * Sends the correct body without its last `bytes` bytes as a complete response: valid HTTP with invalid JSON.
   * Default: half of the body.
   */
  readonly truncatedJson: { readonly bytes?: number };
  /** Sends bytes that are not valid UTF-8, with the JSON content type. Default: 512. */
  readonly garbageBody: { readonly bytes?: number };
  /**
   * Sends a small gzip body that unpacks to `bytes` bytes of valid JSON, whether or not the request accepts gzip.
   * Default: 64 MiB.
   */
  readonly gzipBomb: { readonly bytes?: number };

  /** Resets the connection (RST) at this point of the response. */
  readonly reset: { readonly at: "beforeHeaders" | "insideHeaders" | "afterHeaders" | "insideBody" };
  /**
   * Closes the connection normally (FIN), but before the end of the body. `framing` is how the response announces
   * its length.
   */
  readonly cutOff: { readonly framing: "contentLength" | "chunked" };
  /** Sends the response a few bytes at a time: 16 bytes per piece and a piece per millisecond by default. */
  readonly trickle: { readonly chunkBytes?: number; readonly everyMs?: number };
  /** Keeps the connection open and sends nothing more after this. Default: `"nothing"`. */
  readonly never: { readonly after?: "nothing" | "headers" | "halfBody" };
  /** Sends bytes that are not HTTP. */
  readonly garbageHttp: NoMembers;
}

/** The names of all faults. */
export type FaultName = keyof FaultMembers;

/** One fault in one response, as plain JSON: its name as `fault`, and its members. */
export type Fault<Name extends FaultName = FaultName> = {
  readonly [Each in Name]: { readonly fault: Each } & FaultMembers[Each];
}[Name];
