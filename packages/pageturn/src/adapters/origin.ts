import { ConfigurationError } from "../errors/pageturn-error.ts";
import { isJsonObject, type PageRequest } from "../pagination/request/page-request.ts";
import { PageReader } from "./page-reader.ts";
import {
  hasMethod,
  isOctokitResponse,
  isStainlessPage,
  type PageReaders,
  type PageReading,
  readPage,
} from "./raw-page.ts";
import type { Cursor, Resumes } from "./source-types.ts";
import { cursorOf, isCursor, type Position, positionOf, Step } from "./step.ts";
import { shapeOf, unknownPage } from "./unknown-page.ts";

/** A list of another library, as far as its pages can be requested. */
export interface Origin {
  /** The name of the list, in messages and checkpoints. */
  readonly name: string;
  /** What can be resumed. */
  readonly resumes: Resumes;
  /** Whether only one walk can read it. */
  readonly isOnce: boolean;
  /** What can be resumed after a page, which may be less than the list promised. */
  resumesAfter(step: Step): Resumes;
  /**
   * Reads the page that a request stands for. `last` is the page that was read before in the same walk. Resolves with
   * `null` where an iterator says that there is no such page.
   */
  read(request: PageRequest, last: Step | null, reading: Reading): Promise<Step | null>;
}

/** Who reads a page. */
export interface Reading {
  readonly signal: AbortSignal | undefined;
  /** What an iterator belongs to: a walk, or pages that are turned by hand. */
  readonly owner: object;
}

/** How an {@link OpenedOrigin} works. */
export interface OriginInit extends PageReaders {
  readonly name: string;
  readonly resumes: Resumes;
  readonly isOnce: boolean;
  /** Whether the values of iterables are pages, whatever they look like. */
  readonly yieldsPages: boolean;
  /** Whether an iterable can be opened at a cursor. */
  readonly opensAtCursors: boolean;
  readonly emptyCursor?: "end" | "valid" | undefined;
  /** Opens the list at a cursor: a page, a promise of one, or an iterable of what comes from there on. */
  open(cursor: Cursor | undefined, signal: AbortSignal | undefined): unknown;
}

/** A list that is opened with a function, whatever the position. */
export class OpenedOrigin implements Origin {
  readonly name: string;
  readonly resumes: Resumes;
  readonly isOnce: boolean;
  readonly #init: OriginInit;

  constructor(init: OriginInit) {
    this.name = init.name;
    this.resumes = init.resumes;
    this.isOnce = init.isOnce;
    this.#init = init;
  }

  resumesAfter({ reader }: Step): Resumes {
    return reader === null || this.#init.opensAtCursors ? this.resumes : "none";
  }

  async read(request: PageRequest, last: Step | null, { signal, owner }: Reading): Promise<Step | null> {
    const reader = last?.reader ?? null;
    const isThere = last !== null && reader?.count === last.number && last.leadsTo(request);
    if (isThere && reader.canGoOn && reader.take(owner))
      return this.#readNext(reader, { last, at: cursorOf(request) }, signal);
    const position = positionOf(request);
    const isStuck = last?.reader != null && !this.#init.opensAtCursors;
    if (position !== null && ("page" in position || isStuck))
      throw reader?.failure == null ? cannotReopen(this.name) : reader.failure.error;
    const cursor = position?.cursor;
    const opened = await untilAborted(Promise.resolve(this.#init.open(cursor, signal)), signal);
    const start = { last: null, at: cursor };
    if (opened instanceof PageReader) {
      // Pages that were turned by hand have moved it.
      if (opened.count > 0) throw readAlready(this.name);
      return this.#readNext(opened, start, signal);
    }
    if (!isStainlessPage(opened) && hasMethod(opened, Symbol.asyncIterator)) {
      if (cursor !== undefined && !this.#init.opensAtCursors) throw cannotReopen(this.name);
      // The cast: the method was looked for a line before.
      return this.#readNext(new PageReader(opened as unknown as AsyncIterable<unknown>), start, signal);
    }
    const reading = readPage(opened, this.#init, cursor);
    return new Step(opened, { reading, reader: null, number: 1, next: this.#cursorOf(reading, true) });
  }

  async #readNext(
    reader: PageReader,
    { last, at }: { last: Step | null; at: Cursor | undefined },
    signal: AbortSignal | undefined,
  ): Promise<Step | null> {
    const next = await untilAborted(reader.next(), signal);
    if (next === null && last !== null) return null;
    const number = (last?.number ?? 0) + 1;
    if (next === null) {
      const reading = { items: [], cursor: null };
      return new Step(undefined, { reading, reader: null, number, next: null });
    }
    try {
      const reading = this.#readValue(next.value, at);
      // A page that says nothing may be the last one: the iterator knows.
      const position =
        reading.cursor === undefined
          ? { page: number + 1 }
          : this.#cursorOf(reading, this.#init.opensAtCursors);
      return new Step(next.value, { reading, reader, number, next: position });
    } catch (error) {
      // The iterator would go on after it: the page would be lost.
      reader.giveBack(next);
      throw error;
    }
  }

  /** A value of an iterable: a page, or an item. */
  #readValue(raw: unknown, at: Cursor | undefined): PageReading {
    const { yieldsPages, items, cursor } = this.#init;
    if (items === undefined && isOctokitResponse(raw)) return readPage(raw, this.#init, at);
    if (items === undefined && isJsonObject(raw) && "$metadata" in raw) throw unknownPage(raw, "items");
    if (!yieldsPages && items === undefined)
      return { items: [raw], cursor: cursor === undefined ? undefined : (cursor(raw as never) ?? undefined) };
    const found =
      items === undefined && Array.isArray(raw) ? raw : (items ?? (() => undefined))(raw as never);
    if (!Array.isArray(found)) throw unknownPage(raw, "items");
    const token = continuationToken(raw);
    const read = readPage(raw, { items: () => found, cursor: cursor ?? (() => token ?? null) });
    return cursor === undefined && token === undefined ? { ...read, cursor: undefined } : read;
  }

  #cursorOf({ cursor = null, emptyCursor }: PageReading, isKept: boolean): Position {
    if (cursor === null) return null;
    if (cursor === "" && (this.#init.emptyCursor ?? emptyCursor) !== "valid") return null;
    if (isKept && !isCursor(cursor))
      throw new ConfigurationError(
        `Cannot continue the list of ${this.name} as its cursor must be text, a number or a plain JSON object: ` +
          `current value is ${shapeOf(cursor)}`,
      );
    return { cursor };
  }
}

/** A page of an SDK of the Stainless family, or its promise: each page fetches the next one, as often as needed. */
export class StainlessOrigin implements Origin {
  readonly resumes = "none";
  readonly isOnce = false;
  readonly name: string;
  readonly #first: unknown;
  readonly #readers: PageReaders;

  constructor(name: string, first: unknown, readers: PageReaders) {
    this.name = name;
    this.#first = first;
    this.#readers = readers;
  }

  resumesAfter(): Resumes {
    return this.resumes;
  }

  async read(request: PageRequest, last: Step | null, { signal }: Reading): Promise<Step> {
    const position = positionOf(request);
    let raw = last?.raw;
    if (position === null) raw = await untilAborted(Promise.resolve(this.#first), signal);
    else if (last?.leadsTo(request) && isStainlessPage(raw))
      raw = await untilAborted(raw.getNextPage(), signal);
    else throw cannotReopen(this.name);
    if (!isStainlessPage(raw)) throw unknownPage(raw, "items");
    const reading = readPage(raw, this.#readers, cursorOf(request));
    const next = (reading.cursor ?? null) === null ? null : { cursor: reading.cursor as Cursor };
    return new Step(raw, { reading, reader: null, number: 1, next });
  }
}

/** The error for a second walk of a source that can be read once. */
export function readAlready(name: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot walk the list of ${name} again as its source can be read once: pass a function that makes a new one to ` +
      "paginate(), or a new source for each walk",
  );
}

/** The error for a page in the middle of a list that cannot be opened there. */
function cannotReopen(name: string): ConfigurationError {
  return new ConfigurationError(
    `Cannot request a page in the middle of the list of ${name} as its source has no cursor: pass a function ` +
      "(cursor, signal) => … to paginate(), which requests the page at a cursor",
  );
}

/** The token that Azure clients put on their pages; `undefined` where there is no such member. */
function continuationToken(raw: unknown): Cursor | null | undefined {
  if (typeof raw !== "object" || raw === null || !("continuationToken" in raw)) return undefined;
  const { continuationToken: token } = raw;
  // An empty token would start the list again.
  return typeof token === "string" && token !== "" ? token : null;
}

/** Waits for `work` until `signal` fires, for libraries that take no signal. */
async function untilAborted<R>(work: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (signal === undefined) return work;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}
