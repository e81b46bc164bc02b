import { APIError } from "../errors/api-error.ts";
import { assertSendable } from "./assert-sendable.ts";
import { delayAfter, type SendOptions, type SendResult } from "./send.ts";
import type { HttpRequest } from "./transport.ts";

/** What comes after an attempt: another one after `wait` milliseconds, or none. */
export interface AttemptEnd {
  /** Milliseconds since the attempt began. */
  readonly durationMs: number;
  /** Null where no attempt follows. 0 after a 401: another key is asked for. */
  readonly wait: number | null;
  /** How many more attempts there may be. */
  readonly left: number;
}

/** Notes what happens to a request. */
export interface AttemptLog {
  /** An attempt begins. */
  begin(request: HttpRequest, attempt: number): void;
  /** It was answered, or failed. */
  end(outcome: SendResult | APIError, end: AttemptEnd): void;
  /** No attempt follows. `failure` is what ended the last attempt, or the wait after it, without an {@link end}. */
  over?(failure: { readonly error: unknown; readonly durationMs: number } | null): void;
}

/** What is asked for before each attempt: a key. */
export interface AttemptAsk {
  /** A function of the caller. Throws, or its promise rejects, with an error for the caller. The signal is that of the request. */
  readonly ask: (request: { readonly signal?: AbortSignal | undefined }) => unknown;
  /** The request with what was asked for. Throws where it is of no use. */
  readonly complete: (request: HttpRequest, asked: unknown) => HttpRequest;
  /** The error for one of `ask`. */
  readonly failure: (cause: unknown) => Error;
}

/** What is done around each attempt. */
export interface AttemptHooks {
  readonly asking: AttemptAsk | undefined;
  readonly log: AttemptLog | undefined;
}

/**
 * The attempts of one request, each sent by a call of `send()` of its own, with work of the caller around it: for a key that a
 * function gives, and for a log. Sync and async callers send, wait and ask in their own way, and share the decisions.
 */
export class Attempts {
  /** Milliseconds to wait before the next attempt. */
  wait: number;
  /** As it was before anything was asked for. */
  readonly request: HttpRequest;
  /** How many attempts came before the next one. */
  made: number;
  readonly #options: SendOptions;
  readonly #hooks: AttemptHooks;
  /** The answer 401 to a key, until the next key is there. */
  #refused: SendResult | null = null;
  /** Once: a function that gives another key each time must not lead to a request for each of them. */
  #mayAskAgain: boolean;
  /** What the function gave for the last attempt. */
  #asked: unknown;
  readonly #start: number;
  #began = 0;

  constructor(request: HttpRequest, options: SendOptions, hooks: AttemptHooks) {
    this.request = request;
    this.#options = options;
    this.#hooks = hooks;
    this.#mayAskAgain = hooks.asking !== undefined;
    this.wait = options.waitFirst ?? 0;
    this.made = options.before?.attempts ?? 0;
    this.#start = performance.now() - (options.before?.durationMs ?? 0);
  }

  /** What is asked for before each attempt. */
  get asking(): AttemptAsk | undefined {
    return this.#hooks.asking;
  }

  /** The next request to send; or the last answer, where another key was hoped for, and there is none. */
  next(asked?: unknown): HttpRequest | SendResult {
    const request = this.asking?.complete(this.request, asked) ?? this.request;
    const refused = this.#refused;
    this.#refused = null;
    if (refused !== null && asked === this.#asked) {
      // The retry that was announced is not made.
      this.#hooks.log?.over?.(null);
      return refused;
    }
    // What cannot be sent is no attempt.
    assertSendable(request);
    this.#asked = asked;
    this.#hooks.log?.begin(request, this.made + 1);
    this.#began = performance.now();
    return request;
  }

  /** How the next request is sent: once. */
  options(waitFirst = 0): SendOptions {
    const before = { attempts: this.made, durationMs: performance.now() - this.#start };
    return { ...this.#options, maxRetries: 0, waitFirst, before };
  }

  /** The answer; null where another attempt is to follow after {@link wait}. Throws what must not be tried again. */
  after(outcome: SendResult | APIError): SendResult | null {
    const left = this.#options.maxRetries - this.made;
    let wait = delayAfter(outcome, { ...this.#options, retriesMade: this.made });
    const isRefused = !(outcome instanceof APIError) && outcome.response.status === 401;
    if (isRefused && wait === null && this.#mayAskAgain && left > 0) {
      this.#refused = outcome;
      this.#mayAskAgain = false;
      wait = 0;
    }
    this.#hooks.log?.end(outcome, { durationMs: performance.now() - this.#began, wait, left });
    if (wait === null) {
      if (outcome instanceof APIError) throw outcome;
      return outcome;
    }
    this.wait = wait;
    this.made += 1;
    return null;
  }

  /** Call it when no attempt follows because of an error: whatever has begun ends with it. */
  over(error: unknown): void {
    this.#hooks.log?.over?.({ error, durationMs: performance.now() - this.#began });
  }
}
