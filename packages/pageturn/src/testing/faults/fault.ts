/** Any value that JSON can represent. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A normal response (`none`), or one that is sent `ms` milliseconds late (`delay`). */
export type TimeFault = { readonly fault: "none" } | { readonly fault: "delay"; readonly ms: number };

/** One fault in one response, as plain JSON. */
export type Fault =
  | TimeFault
  | StatusFault
  | PageFault
  | CursorFault
  | ItemFault
  | EnvelopeFault
  | BodyFault
  | ConnectionFault;

/** The names of all faults. */
export type FaultName = Fault["fault"];

/** Faults that send an error status instead of a page. */
export type StatusFault =
  | {
      /** Sends any status, by default with the API's error body. */
      readonly fault: "status";
      /** 200 to 599. */
      readonly status: number;
      /** Added to the response: `retry-after`, `x-should-retry`, `location`. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Replaces the API's message. */
      readonly message?: string;
      /** Replaces the API's error body. */
      readonly body?: string;
    }
  | {
      /** Refuses the cursor of the request as expired. The first page is sent normally. */
      readonly fault: "cursorExpired";
      /** Default: 400. */
      readonly status?: 400 | 404 | 410;
    };

/** Faults that send a different page from the one requested. */
export type PageFault =
  | {
      /** Cursors are offsets, and items were inserted before this one: the page repeats the last items of the
       * page before. */
      readonly fault: "itemsInserted";
      /** Default: 1. */
      readonly count?: number;
    }
  | {
      /** Cursors are offsets, and items were deleted before this one: the page skips as many items. */
      readonly fault: "itemsDeleted";
      /** Default: 1. */
      readonly count?: number;
    }
  | {
      /** Ignores `limit` and all filters of the request, but not its cursor. */
      readonly fault: "dropFilters";
    };

/** Faults in the cursor of a page. */
export type CursorFault =
  | {
      /**
       * Repeats the cursor of the request. The first page, which is requested without one, is sent normally.
       */
      readonly fault: "repeatCursor";
    }
  | {
      /** After page `offset + length`, the cursors lead back to page `offset + 1`. Play it on every request. */
      readonly fault: "cycle";
      /** The number of different cursors in the cycle. */
      readonly length: number;
      /** The number of pages before the cycle. Default: 1, which gives A, B, A for a length of 2. */
      readonly offset?: number;
    }
  | {
      /** Sends a new cursor for the same place on every request, so that the list never ends. */
      readonly fault: "endless";
      /** Whether each page repeats the items of that place or is empty. */
      readonly items: "same" | "none";
    }
  | {
      /** Moves the cursor by one item: -1 repeats an item, 1 skips one. */
      readonly fault: "offByOne";
      readonly by: -1 | 1;
    };

/** Faults in the items of a page. */
export type ItemFault =
  | {
      /** Sends a page without items and a new cursor, which then returns the items. */
      readonly fault: "emptyPage";
    }
  | {
      /** Sends the first items of the page twice. */
      readonly fault: "duplicateItems";
      /** The number of repeated items. Default: 1. */
      readonly count?: number;
    };

/** Faults in the fields of a page and of its items. */
export type EnvelopeFault =
  | {
      /** Sets `has_more` to this value. `next_page` and `last_id` do not change. */
      readonly fault: "hasMore";
      readonly value: JsonValue;
    }
  | {
      /** Sets fields of the page: `{ data: null }`, `{ next_page: "" }`. */
      readonly fault: "setFields";
      readonly fields: Readonly<Record<string, JsonValue>>;
    }
  | {
      /** Removes fields of the page. */
      readonly fault: "dropFields";
      readonly names: readonly string[];
    }
  | {
      /** Sets fields of every item. */
      readonly fault: "setItemFields";
      readonly fields: Readonly<Record<string, JsonValue>>;
    }
  | {
      /** Removes fields of every item. */
      readonly fault: "dropItemFields";
      readonly names: readonly string[];
    };

/** Faults in the body or in the headers that describe it. */
export type BodyFault =
  | {
      /** Sends the correct body with another content type. */
      readonly fault: "contentType";
      /** `null` removes the header. */
      readonly value: string | null;
    }
  | {
      /** Sends this text with status 200: HTML, an array, an empty string, invalid JSON. */
      readonly fault: "body";
      readonly body: string;
      /** Default: `application/json`. */
      readonly contentType?: string;
    }
  | {
      /** Sends the first part of the correct body as a complete response: valid HTTP with invalid JSON. */
      readonly fault: "truncatedJson";
      /** The number of bytes to remove at the end. Default: half of the body. */
      readonly bytes?: number;
    }
  | {
      /** Sends bytes that are not valid UTF-8, with the JSON content type. */
      readonly fault: "garbageBody";
      /** Default: 512. */
      readonly bytes?: number;
    }
  | {
      /**
       * Sends a small gzip body that unpacks to `bytes` bytes of valid JSON, whether or not the request accepts
       * gzip.
       */
      readonly fault: "gzipBomb";
      /** Default: 64 MiB. */
      readonly bytes?: number;
    };

/** Faults of the connection. */
export type ConnectionFault =
  | {
      /** Resets the connection (RST) at this point of the response. */
      readonly fault: "reset";
      readonly at: "beforeHeaders" | "insideHeaders" | "afterHeaders" | "insideBody";
    }
  | {
      /** Closes the connection normally (FIN), but before the end of the body. */
      readonly fault: "cutOff";
      /** How the response announces its length. */
      readonly framing: "contentLength" | "chunked";
    }
  | {
      /** Sends the response a few bytes at a time. */
      readonly fault: "trickle";
      /** Bytes per piece. Default: 16. */
      readonly chunkBytes?: number;
      /** Milliseconds between two pieces. Default: 1. */
      readonly everyMs?: number;
    }
  | {
      /** Keeps the connection open and sends nothing more. */
      readonly fault: "never";
      /** What is sent before. Default: nothing. */
      readonly after?: "nothing" | "headers" | "halfBody";
    }
  | {
      /** Sends bytes that are not HTTP. */
      readonly fault: "garbageHttp";
    };
