import type { AsyncLocalStorage } from "node:async_hooks";
import type { TracingChannel } from "node:diagnostics_channel";
import { APIError, type FailedRequest } from "../errors/api-error.ts";
import { maskedURL } from "../errors/secrets.ts";
import type { PendingPage, WalkObserver } from "../pagination/walk/walk-options.ts";
import type { AttemptLog } from "./attempts.ts";
import { noTracing, shownError, type Tracing } from "./tracing.ts";

/** What a subscriber gets: the same object with each event of one operation. */
interface Context {
  [name: string]: unknown;
}

type Channels = Readonly<Record<"request" | "retry" | "page" | "walk", TracingChannel<unknown, Context>>>;

const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;

/** The operation that the current one belongs to. */
type Parents = AsyncLocalStorage<Context>;

let channels: Channels | null | undefined;
let parents: Parents | undefined;

/** The tracing channels; `null` where the runtime has none. */
function openChannels(): Channels | null {
  if (channels !== undefined) return channels;
  // Not by an import: that would make every start longer.
  const { tracingChannel } = process.getBuiltinModule("node:diagnostics_channel") ?? {};
  const open = (name: string) => tracingChannel<unknown, Context>(`pageturn:${name}`);
  channels =
    typeof tracingChannel === "function"
      ? { request: open("request"), retry: open("retry"), page: open("page"), walk: open("walk") }
      : null;
  return channels;
}

/** A channel, if somebody listens to it. */
function heard(name: keyof Channels): Channels[typeof name] | undefined {
  const channel = openChannels()?.[name];
  if (channel === undefined) return undefined;
  // Bun 1.4 does not have the property, only that of the channels in it.
  const { hasSubscribers = EVENTS.some((event) => channel[event].hasSubscribers) }: Partial<TracingChannel> =
    channel;
  return hasSubscribers ? channel : undefined;
}

function parentStore(): Parents {
  parents ??= new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)<Context>();
  return parents;
}

function named({ method, url }: FailedRequest): Context {
  return { method, url: maskedURL(url), parent: parents?.getStore() };
}

type Mask = (error: unknown) => unknown;

/** One operation, sync or async. It begins once, and ends once. */
class Operation {
  readonly #channel: TracingChannel<unknown, Context>;
  readonly #context: Context;
  #isOver = false;

  constructor(channel: TracingChannel<unknown, Context>, context: Context) {
    this.#channel = channel;
    this.#context = context;
  }

  /** Begins it. */
  begin(): this {
    this.#channel.start.publish(this.#context);
    this.#channel.end.publish(this.#context);
    return this;
  }

  /** Begins it, and runs the first part of it. */
  start<R>(part: () => R): R {
    const { start, end } = this.#channel;
    return start.runStores(this.#context, () => {
      try {
        return this.run(part);
      } finally {
        end.publish(this.#context);
      }
    });
  }

  /** Runs a part of it: what that does belongs to it. */
  run<R>(part: () => R): R {
    return parentStore().run(this.#context, part);
  }

  /** Runs the last part of it, and ends as that ends. */
  finish<R>(part: () => R, mask: Mask): R {
    const failed = (error: unknown): never => {
      this.end({ error: shownError(error, mask) });
      throw error;
    };
    const succeeded = <T>(result: T): T => {
      this.end();
      return result;
    };
    let result: R;
    try {
      result = part();
    } catch (error) {
      return failed(error);
    }
    // The cast: a promise of the same value.
    return result instanceof Promise ? (result.then(succeeded, failed) as R) : succeeded(result);
  }

  /** Ends it, unless it has ended: with `error` in its context, it failed. */
  end(how: Context = {}): void {
    if (this.#isOver) return;
    this.#isOver = true;
    Object.assign(this.#context, how);
    if ("error" in how) this.#channel.error.publish(this.#context);
    this.#channel.asyncStart.publish(this.#context);
    this.#channel.asyncEnd.publish(this.#context);
  }
}

/** Begins an operation, if somebody listens to its channel. */
function begun(name: keyof Channels, context: () => Context): Operation | undefined {
  const channel = heard(name);
  return channel && new Operation(channel, context()).begin();
}

function attemptLog(mask: Mask): AttemptLog {
  let shared: Context = {};
  let request: Operation | undefined;
  let retry: Operation | undefined;
  return {
    begin: (sent, attempt) => {
      retry?.end();
      shared = { ...named(sent), attempt };
      request = begun("request", () => ({ ...shared }));
    },
    end: (outcome, { durationMs, wait }) => {
      const failed = outcome instanceof APIError;
      const answered = failed ? {} : { status: outcome.response.status };
      request?.end({ durationMs, ...answered, ...(failed && { error: shownError(outcome, mask) }) });
      // Without the error of the attempt: the wait has not failed.
      if (wait !== null) retry = begun("retry", () => ({ ...shared, ...answered, waitMs: wait }));
    },
    over: (failure) => {
      const how = failure === null ? {} : { error: shownError(failure.error, mask) };
      request?.end(failure === null ? how : { ...how, durationMs: failure.durationMs });
      retry?.end(how);
    },
  };
}

/** Tells of walks, pages, requests and retries on the channels `pageturn:…` of `node:diagnostics_channel`. */
export const channelTracing: Tracing = {
  attempts: (mask) => ((heard("request") ?? heard("retry")) ? attemptLog(mask) : undefined),

  page: (describe, fetch, mask) => {
    const channel = heard("page");
    if (channel === undefined) return noTracing.page(describe, fetch, mask);
    const page = new Operation(channel, named(describe()));
    return page.finish(() => page.start(fetch), mask);
  },

  pageAhead: (describe, start, mask) => {
    const channel = heard("page");
    if (channel === undefined) return noTracing.pageAhead(describe, start, mask);
    const page = new Operation(channel, named(describe()));
    let pending: PendingPage;
    try {
      pending = page.start(start);
    } catch (error) {
      page.end({ error: shownError(error, mask) });
      throw error;
    }
    return {
      wait: () => page.finish(() => page.run(() => pending.wait()), mask),
      cancel: () => pending.cancel(),
    };
  },

  walk: (path): WalkObserver | undefined => {
    const channel = heard("walk");
    if (channel === undefined) return undefined;
    const walk = new Operation(channel, { path }).begin();
    return {
      run: (fetch) => walk.run(fetch),
      // A walk that goes on after a failure has been told of.
      ended: (outcome, error) => walk.end({ outcome, ...(error !== undefined && { error }) }),
    };
  },
};
