import { itemKey } from "./item-key.ts";

/** One request, with times in milliseconds since the run began. `null`: not yet, or never. */
export interface RequestRecord {
  readonly number: number;
  /** The parameter that asks for this page, or `null` for the first one. */
  readonly cursor: { readonly name: string; readonly value: string } | null;
  readonly limit: string | null;
  /** The range of time that was requested, which names the slice; `null` without one. */
  readonly slice: string | null;
  /** How often the same request failed before. */
  readonly retry: number;
  readonly startedAt: number;
  headersAt: number | null;
  endedAt: number | null;
  status: number | null;
  items: number | null;
  failure: string | null;
  /** When the program worked on the items of this page. */
  usedFrom: number | null;
  usedTo: number | null;
}

const cursorNames = ["after_id", "before_id", "page", "page_token"];

/** A `fetch` that records its requests. */
export class Recorder {
  readonly records: RequestRecord[] = [];
  readonly #send: typeof fetch;
  readonly #changed: () => void;
  readonly #startedAt = performance.now();
  readonly #itemsKey: string;
  /** The newest page of an item. */
  readonly #pageOf = new Map<string, RequestRecord>();
  readonly #failures = new Map<string, number>();

  constructor(
    send: typeof fetch,
    { itemsKey, changed }: { readonly itemsKey: string; readonly changed: () => void },
  ) {
    this.#send = send;
    this.#itemsKey = itemsKey;
    this.#changed = changed;
  }

  /** Milliseconds since the run began. */
  now(): number {
    return performance.now() - this.#startedAt;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    const record = this.#begin(url);
    try {
      const response = await this.#send(input, init);
      record.headersAt = this.now();
      record.status = response.status;
      if (!response.ok) this.#noteFailure(url);
      void this.#read(response.clone(), { record, url, signal: init?.signal });
      return response;
    } catch (error) {
      this.#fail({ record, url, signal: init?.signal });
      throw error;
    } finally {
      this.#changed();
    }
  };

  /** Notes that the program begins or ends its work on an item. */
  use(item: unknown): void {
    const record = this.#pageOf.get(itemKey(item));
    if (record === undefined) return;
    record.usedFrom ??= this.now();
    record.usedTo = this.now();
  }

  #begin({ href, searchParams }: URL): RequestRecord {
    const name = cursorNames.find((each) => searchParams.has(each));
    const range = [...searchParams].filter(([each]) =>
      /(_at|_date)\b.*(gte?|lte?)|(start|end)ing_/.test(each),
    );
    const record: RequestRecord = {
      number: this.records.length + 1,
      cursor: name === undefined ? null : { name, value: searchParams.get(name) ?? "" },
      limit: searchParams.get("limit"),
      slice: range.length === 0 ? null : range.map(([, value]) => value).join(" – "),
      retry: this.#failures.get(href) ?? 0,
      startedAt: this.now(),
      headersAt: null,
      endedAt: null,
      status: null,
      items: null,
      failure: null,
      usedFrom: null,
      usedTo: null,
    };
    this.records.push(record);
    this.#changed();
    return record;
  }

  #noteFailure({ href }: URL): void {
    this.#failures.set(href, (this.#failures.get(href) ?? 0) + 1);
  }

  async #read(copy: Response, exchange: Exchange): Promise<void> {
    const { record } = exchange;
    try {
      const text = await copy.text();
      record.endedAt ??= this.now();
      this.#readItems(text, record);
    } catch {
      this.#fail(exchange);
    } finally {
      this.#changed();
    }
  }

  #readItems(text: string, record: RequestRecord): void {
    const body = parsed(text);
    const items: unknown =
      typeof body === "object" && body !== null ? Reflect.get(body, this.#itemsKey) : null;
    if (!Array.isArray(items)) return;
    record.items = items.length;
    for (const item of items) this.#pageOf.set(itemKey(item), record);
  }

  #fail({ record, url, signal }: Exchange): void {
    this.#noteFailure(url);
    record.endedAt ??= this.now();
    record.failure = signal?.aborted === true ? "given up" : "connection failed";
  }
}

interface Exchange {
  readonly record: RequestRecord;
  readonly url: URL;
  readonly signal: AbortSignal | null | undefined;
}

/** `null` for a text that is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
