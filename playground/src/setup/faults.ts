import type { FaultName, FaultStep } from "pageturn/testing";

/** A fault of the mock server as a switch. */
export interface FaultSwitch {
  readonly label: string;
  /** What the server does. */
  readonly about: string;
  readonly group: "Status and timing" | "Connection" | "Body" | "Cursor" | "Items" | "Fields";
  readonly steps: readonly FaultStep[];
}

const always = { times: "always" } as const;

/** All faults of the mock server. The type makes the compiler require a switch for a new one. */
export const faults: Readonly<Record<Exclude<FaultName, "none">, FaultSwitch>> = {
  emptyPage: {
    label: "Empty page",
    about: "Page 2 has no items and a new cursor. The items follow on the next page.",
    group: "Items",
    steps: [{ fault: "emptyPage", page: 2 }],
  },
  duplicateItems: {
    label: "Repeated items",
    about: "Page 2 has its first three items twice.",
    group: "Items",
    steps: [{ fault: "duplicateItems", count: 3, page: 2 }],
  },
  itemsInserted: {
    label: "Items inserted meanwhile",
    about: "Cursors are offsets: page 3 repeats two items of page 2.",
    group: "Items",
    steps: [{ fault: "itemsInserted", count: 2, page: 3 }],
  },
  itemsDeleted: {
    label: "Items deleted meanwhile",
    about: "Cursors are offsets: page 3 skips two items. No client can see that.",
    group: "Items",
    steps: [{ fault: "itemsDeleted", count: 2, page: 3 }],
  },
  dropFilters: {
    label: "Filters are ignored",
    about: "The server ignores the page size and all filters.",
    group: "Items",
    steps: [{ fault: "dropFilters", ...always }],
  },
  cycle: {
    label: "Cursors in a circle",
    about: "After page 3, the cursor leads back to page 2.",
    group: "Cursor",
    steps: [{ fault: "cycle", length: 2, ...always }],
  },
  repeatCursor: {
    label: "The same cursor again",
    about: "Each page returns the cursor that it was requested with.",
    group: "Cursor",
    steps: [{ fault: "repeatCursor", ...always }],
  },
  endless: {
    label: "Endless list",
    about: "From page 3 on, a new cursor leads to the same items, again and again.",
    group: "Cursor",
    steps: [{ fault: "endless", items: "same", page: 3, ...always }],
  },
  offByOne: {
    label: "Cursor one item early",
    about: "The cursor of page 2 repeats its last item.",
    group: "Cursor",
    steps: [{ fault: "offByOne", by: -1, page: 2 }],
  },
  cursorExpired: {
    label: "Expired cursor",
    about: "From page 3 on, the server refuses the cursor as expired.",
    group: "Cursor",
    steps: [{ fault: "cursorExpired", page: 3, ...always }],
  },
  hasMore: {
    label: "has_more is null",
    about: "Page 2 does not say whether there is more. The cursor leads on.",
    group: "Fields",
    steps: [{ fault: "hasMore", value: null, page: 2 }],
  },
  setFields: {
    label: "Cursor is null",
    about: "Page 2 says that there is more, and its cursor is null.",
    group: "Fields",
    steps: [{ fault: "setFields", fields: { has_more: true, last_id: null, next_page: null }, page: 2 }],
  },
  dropFields: {
    label: "Fields are missing",
    about: "Page 3 has no data.",
    group: "Fields",
    steps: [{ fault: "dropFields", names: ["data"], page: 3 }],
  },
  setItemFields: {
    label: "Unknown fields",
    about: "Every item has a field that no document names.",
    group: "Fields",
    steps: [{ fault: "setItemFields", fields: { note: "new" }, ...always }],
  },
  dropItemFields: {
    label: "Items without a type",
    about: "No item says what it is.",
    group: "Fields",
    steps: [{ fault: "dropItemFields", names: ["type"], ...always }],
  },
  body: {
    label: "An HTML page",
    about: "A proxy answers page 3 with status 200 and HTML.",
    group: "Body",
    steps: [
      {
        fault: "body",
        body: "<!doctype html><title>Sign in</title>",
        contentType: "text/html",
        page: 3,
        ...always,
      },
    ],
  },
  contentType: {
    label: "Wrong content type",
    about: "Page 3 is correct, as text/plain.",
    group: "Body",
    steps: [{ fault: "contentType", value: "text/plain", page: 3, ...always }],
  },
  truncatedJson: {
    label: "JSON that breaks off",
    about: "Page 3 is complete HTTP with half of its JSON.",
    group: "Body",
    steps: [{ fault: "truncatedJson", page: 3, ...always }],
  },
  garbageBody: {
    label: "Bytes that are no text",
    about: "Page 3 is not valid UTF-8.",
    group: "Body",
    steps: [{ fault: "garbageBody", page: 3, ...always }],
  },
  gzipBomb: {
    label: "Very large body",
    about: "Page 3 unpacks to 4 MiB of spaces and no items.",
    group: "Body",
    steps: [{ fault: "gzipBomb", bytes: 4 * 2 ** 20, page: 3, ...always }],
  },
  status: {
    label: "Overloaded",
    about: "Page 2 answers 529 twice.",
    group: "Status and timing",
    steps: [{ fault: "status", status: 529, page: 2, times: 2 }],
  },
  delay: {
    label: "Late answers",
    about: "Every page comes 400 ms later.",
    group: "Status and timing",
    steps: [{ fault: "delay", ms: 400, ...always }],
  },
  trickle: {
    label: "Slow body",
    about: "Page 2 comes in small pieces.",
    group: "Status and timing",
    steps: [{ fault: "trickle", chunkBytes: 400, everyMs: 15, page: 2 }],
  },
  never: {
    label: "No answer",
    about: "Page 3 sends its headers, then nothing more. Once.",
    group: "Status and timing",
    steps: [{ fault: "never", after: "headers", page: 3 }],
  },
  reset: {
    label: "Connection reset",
    about: "The connection of page 3 is reset inside the body. Once.",
    group: "Connection",
    steps: [{ fault: "reset", at: "insideBody", page: 3 }],
  },
  cutOff: {
    label: "Body cut off",
    about: "The connection of page 3 is closed in the middle of the body. Once.",
    group: "Connection",
    steps: [{ fault: "cutOff", framing: "chunked", page: 3 }],
  },
  garbageHttp: {
    label: "Not HTTP",
    about: "Page 2 is answered with bytes that are not HTTP. Once.",
    group: "Connection",
    steps: [{ fault: "garbageHttp", page: 2 }],
  },
};

/** The name of a fault that has a switch. */
export type SwitchName = keyof typeof faults;

/** The names of all switches, in the order of the page. */
export const faultNames = Object.keys(faults) as readonly SwitchName[];

/** The script that plays these faults. */
export function scriptOf(names: readonly SwitchName[]): readonly FaultStep[] {
  return faultNames.filter((name) => names.includes(name)).flatMap((name) => faults[name].steps);
}
