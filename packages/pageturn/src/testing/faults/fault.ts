import type { JsonValue } from "./json-value.ts";

/** A plain answer (`none`) or one that is late (`delay`). */
export type TimeFault = { readonly fault: "none" } | { readonly fault: "delay"; readonly ms: number };

/** One thing that can go wrong with one answer, as plain JSON. */
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

/** Faults that answer with a status instead of a page. */
export type StatusFault =
  | {
      /** Any status, by default with the API's error body. */
      readonly fault: "status";
      /** 200 to 599. */
      readonly status: number;
      /** Added to the answer: `retry-after`, `x-should-retry`, `location`. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Takes the place of the API's message. */
      readonly message?: string;
      /** Takes the place of the API's error body. */
      readonly body?: string;
    }
  | {
      /** The cursor of the request is known no more. A first page is answered normally. */
      readonly fault: "cursorExpired";
      /** 400 where it is left out. */
      readonly status?: 400 | 404 | 410;
    };

/** Faults that answer another page than the one that was asked for. */
export type PageFault =
  | {
      /** The server's cursors are offsets, and items were inserted before this one: the page begins with items
       * of the page before. */
      readonly fault: "itemsInserted";
      /** 1 where it is left out. */
      readonly count?: number;
    }
  | {
      /** The server's cursors are offsets, and items before this one were deleted: as many are skipped. */
      readonly fault: "itemsDeleted";
      /** 1 where it is left out. */
      readonly count?: number;
    }
  | {
      /** The server forgets `limit` and all filters and keeps only the cursor. */
      readonly fault: "dropFilters";
    };

/** Faults in where a page says that the list goes on. */
export type CursorFault =
  | {
      /** Gives back the cursor it was asked with. A first page, asked without one, is answered normally. */
      readonly fault: "repeatCursor";
    }
  | {
      /** After page `offset + length` the cursors lead back to page `offset + 1`. Play it on every request. */
      readonly fault: "cycle";
      /** How many different cursors the cycle has. */
      readonly length: number;
      /** How many pages come before the cycle; 1 where it is left out, which is A, B, A for a length of 2. */
      readonly offset?: number;
    }
  | {
      /** A fresh cursor each time, and the same place again: the list never ends. */
      readonly fault: "endless";
      /** Whether each page repeats the items of that place or is empty. */
      readonly items: "same" | "none";
    }
  | {
      /** The cursor points one item too early (-1, it comes again) or too late (1, one is skipped). */
      readonly fault: "offByOne";
      readonly by: -1 | 1;
    };

/** Faults in which items a page holds. */
export type ItemFault =
  | {
      /** An empty page in the middle: no items, and a fresh cursor under which they then come. */
      readonly fault: "emptyPage";
    }
  | {
      /** The first items of the page stand in it twice. */
      readonly fault: "duplicateItems";
      /** How many; 1 where it is left out. */
      readonly count?: number;
    };

/** Faults in the fields of a page and of its items. */
export type EnvelopeFault =
  | {
      /** `has_more` says this, whatever is true; `next_page` and `last_id` stay as they are. */
      readonly fault: "hasMore";
      readonly value: JsonValue;
    }
  | {
      /** These fields of the page have these values: `{ data: null }`, `{ next_page: "" }`. */
      readonly fault: "setFields";
      readonly fields: Readonly<Record<string, JsonValue>>;
    }
  | {
      /** These fields of the page are missing. */
      readonly fault: "dropFields";
      readonly names: readonly string[];
    }
  | {
      /** These fields of every item have these values. */
      readonly fault: "setItemFields";
      readonly fields: Readonly<Record<string, JsonValue>>;
    }
  | {
      /** These fields of every item are missing. */
      readonly fault: "dropItemFields";
      readonly names: readonly string[];
    };

/** Faults in the body or in what the headers say of it. */
export type BodyFault =
  | {
      /** The right body under another content type. */
      readonly fault: "contentType";
      /** `null`: no content type at all. */
      readonly value: string | null;
    }
  | {
      /** This text with status 200: HTML, a bare array, an empty text, JSON that breaks off. */
      readonly fault: "body";
      readonly body: string;
      /** `application/json` where it is left out. */
      readonly contentType?: string;
    }
  | {
      /** The first part of the right body, as if it were all: broken JSON in a sound answer. */
      readonly fault: "truncatedJson";
      /** How many bytes are left out at the end; half of the body where it is left out. */
      readonly bytes?: number;
    }
  | {
      /** Bytes by chance, no UTF-8, under the JSON content type. */
      readonly fault: "garbageBody";
      /** 512 where it is left out. */
      readonly bytes?: number;
    }
  | {
      /** A small gzip body that unpacks to this many bytes of valid JSON, asked for or not. */
      readonly fault: "gzipBomb";
      /** 64 MiB where it is left out. */
      readonly bytes?: number;
    };

/** Faults in how the answer travels. */
export type ConnectionFault =
  | {
      /** The connection is reset (RST) at this point of the answer. */
      readonly fault: "reset";
      readonly at: "beforeHeaders" | "insideHeaders" | "afterHeaders" | "insideBody";
    }
  | {
      /** The connection ends in good order, but before the body does. */
      readonly fault: "cutOff";
      /** How the length was announced. */
      readonly framing: "contentLength" | "chunked";
    }
  | {
      /** The answer comes a few bytes at a time. */
      readonly fault: "trickle";
      /** 16 where it is left out. */
      readonly chunkBytes?: number;
      /** Milliseconds between two pieces; 1 where it is left out. */
      readonly everyMs?: number;
    }
  | {
      /** The connection stays open and nothing more comes. */
      readonly fault: "never";
      /** What came before; nothing where it is left out. */
      readonly after?: "nothing" | "headers" | "halfBody";
    }
  | {
      /** Bytes that are no HTTP. */
      readonly fault: "garbageHttp";
    };
