import type { AttemptAsk } from "../http/attempts.ts";
import type { HttpRequest } from "../http/transport.ts";
import { checkedKey, type KeySource, keyFailure } from "./key-source.ts";
import { type Redact, redactor } from "./response.ts";

/** So many of the last keys are masked in messages: an answer may quote that of an earlier request. */
const MAX_KEYS = 1000;

/** The keys that a function gives for the requests of one list. */
export class AskedKeys implements AttemptAsk {
  readonly ask: AttemptAsk["ask"];
  readonly failure: (cause: unknown) => Error = keyFailure;
  readonly #source: KeySource;
  /** How each key is masked, the last one at the end. */
  readonly #masks = new Map<string, Redact>();
  #last: {
    readonly value: string;
    readonly under: HttpRequest["headers"];
    readonly headers: HttpRequest["headers"];
  } | null = null;

  constructor(source: KeySource) {
    this.#source = source;
    this.ask = source.ask;
  }

  complete(request: HttpRequest, asked: unknown): HttpRequest {
    const { header, prefix } = this.#source;
    const value = prefix + checkedKey(asked);
    // The same object while the key stays: the transports write and check it once.
    if (this.#last?.value !== value || this.#last.under !== request.headers) {
      const headers = { ...request.headers, [header]: value };
      this.#last = { value, under: request.headers, headers };
      this.#masks.delete(value);
      this.#masks.set(value, redactor({ [header]: value }));
      if (this.#masks.size > MAX_KEYS) this.#masks.delete(String(this.#masks.keys().next().value));
    }
    return { ...request, headers: this.#last.headers };
  }

  /** Masks the keys in a text. */
  readonly redact: Redact = (text) =>
    [...this.#masks.values()].reduce((masked, redact) => redact(masked), text);
}
