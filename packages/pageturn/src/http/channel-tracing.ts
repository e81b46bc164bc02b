import type { AsyncLocalStorage } from "node:async_hooks";
import type { TracingChannel } from "node:diagnostics_channel";
import { APIError, type FailedRequest } from "../errors/api-error.ts";
import { maskedURL } from "../errors/secrets.ts";
import type { WalkObserver } from "../pagination/walk/walk-options.ts";
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

/** Tells that an operation ended, with both clients in the same way. */
function ended(channel: TracingChannel<unknown, Context>, context: Context): void {
  if ("error" in context) channel.error.publish(context);
  channel.asyncStart.publish(context);
  channel.asyncEnd.publish(context);
}

/** Begins an operation that other code runs. The result ends it. */
function begin(channel: TracingChannel<unknown, Context>, context: Context): () => void {
  channel.start.publish(context);
  channel.end.publish(context);
  return () => ended(channel, context);
}

/** Runs an operation: what it does belongs to it. */
function traced<R>(channel: TracingChannel<unknown, Context>, context: Context, options: Operation<R>): R {
  const { run, mask } = options;
  const failed = (error: unknown): never => {
    context["error"] = shownError(error, mask);
    ended(channel, context);
    throw error;
  };
  const succeeded = <T>(result: T): T => {
    ended(channel, context);
    return result;
  };
  return channel.start.runStores(context, () => {
    let result: R;
    try {
      result = parentStore().run(context, run);
    } catch (error) {
      return failed(error);
    } finally {
      channel.end.publish(context);
    }
    // The cast: a promise of the same value.
    return result instanceof Promise ? (result.then(succeeded, failed) as R) : succeeded(result);
  });
}

interface Operation<R> {
  readonly run: () => R;
  readonly mask: (error: unknown) => unknown;
}

function attemptLog(mask: (error: unknown) => unknown): AttemptLog {
  let context: Context = {};
  let endRequest = (): void => undefined;
  let endRetry = (): void => undefined;
  return {
    begin: (request, attempt) => {
      endRetry();
      endRetry = () => undefined;
      context = { ...named(request), attempt };
      const channel = heard("request");
      if (channel !== undefined) endRequest = begin(channel, context);
    },
    end: (outcome, { durationMs, wait }) => {
      const failed = outcome instanceof APIError;
      Object.assign(
        context,
        { durationMs },
        failed ? { error: shownError(outcome, mask) } : { status: outcome.response.status },
      );
      endRequest();
      const channel = heard("retry");
      if (wait === null || channel === undefined) return;
      endRetry = begin(channel, { ...context, waitMs: wait });
    },
  };
}

/** Tells of walks, pages, requests and retries on the channels `pageturn:…` of `node:diagnostics_channel`. */
export const channelTracing: Tracing = {
  attempts: (mask) => ((heard("request") ?? heard("retry")) ? attemptLog(mask) : undefined),

  page: (describe, fetch, mask) => {
    const channel = heard("page");
    return channel === undefined
      ? noTracing.page(describe, fetch, mask)
      : traced(channel, named(describe()), { run: fetch, mask });
  },

  walk: (path): WalkObserver | undefined => {
    const channel = heard("walk");
    if (channel === undefined) return undefined;
    const context: Context = { path };
    const store = parentStore();
    let end: (() => void) | null = begin(channel, context);
    return {
      run: (fetch) => store.run(context, fetch),
      ended: (outcome, error) => {
        if (end === null) return;
        Object.assign(context, { outcome }, error === undefined ? {} : { error });
        end();
        // A walk that goes on after a failure has been told of.
        end = null;
      },
    };
  },
};
