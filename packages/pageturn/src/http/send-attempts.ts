import { APIError } from "../errors/api-error.ts";
import type { Attempts } from "./attempts.ts";
import { abortFailure, withAttempts } from "./failures.ts";
import { abortableSleep, type SendResult, send } from "./send.ts";
import { type BlockingTransport, block, type SyncExchange } from "./sync/blocking-transport.ts";
import type { Transport } from "./transport.ts";

/** Sends a request like `send()`, attempt by attempt. */
export async function sendAttempts(
  transport: Transport,
  attempts: Attempts,
  signal: AbortSignal | undefined,
): Promise<SendResult> {
  try {
    for (;;) {
      if (attempts.wait > 0) await abortableSleep(attempts.wait, signal);
      if (signal?.aborted) throw left(attempts, signal);
      const next = attempts.next(await asked(attempts, signal));
      if ("response" in next) return next;
      const outcome = await send(transport, next, { ...attempts.options(), signal }).catch(failed);
      const result = attempts.after(outcome);
      if (result !== null) return result;
    }
  } catch (error) {
    attempts.over(error);
    throw error;
  }
}

/** The error for a request that its caller has left. */
function left(attempts: Attempts, signal: AbortSignal | undefined): APIError {
  return withAttempts(abortFailure(attempts.request, signal), attempts.made);
}

/** Waits for what is asked for, and no longer than the signal allows: the function may be waiting for a server, too. */
async function asked(attempts: Attempts, signal: AbortSignal | undefined): Promise<unknown> {
  const { asking } = attempts;
  if (asking === undefined) return undefined;
  let leave = (): void => undefined;
  const leaving = new Promise<never>((_, reject) => {
    leave = () => reject(left(attempts, signal));
    signal?.addEventListener("abort", leave);
  });
  const asked = async (): Promise<unknown> => {
    try {
      return await asking.ask({ signal });
    } catch (cause) {
      throw asking.failure(cause);
    }
  };
  try {
    return await Promise.race([leaving, asked()]);
  } finally {
    signal?.removeEventListener("abort", leave);
  }
}

/** Sends a request like `BlockingTransport.send()`, attempt by attempt. `ahead` is the first of them, if it is on its way. */
export function sendAttemptsSync(
  transport: Pick<BlockingTransport, "send">,
  attempts: Attempts,
  ahead?: SyncExchange,
): SendResult {
  try {
    for (let exchange = ahead; ; exchange = undefined) {
      const next = exchange ?? nextSync(attempts);
      if ("response" in next) return next;
      const outcome = outcomeOf(() =>
        "wait" in next ? next.wait() : transport.send(next, attempts.options()),
      );
      const result = attempts.after(outcome);
      if (result !== null) return result;
    }
  } catch (error) {
    attempts.over(error);
    throw error;
  }
}

/** Sends the first attempt and returns at once; what else has to be done is done by `wait()`. */
export function startAttempts(transport: BlockingTransport, attempts: Attempts): SyncExchange {
  const { wait } = attempts;
  // The worker waits: this thread has other work.
  attempts.wait = 0;
  const next = nextSync(attempts);
  if ("response" in next) throw new TypeError("The first attempt has no answer");
  let exchange: SyncExchange;
  try {
    exchange = transport.start(next, attempts.options(wait));
  } catch (error) {
    attempts.over(error);
    throw error;
  }
  return { wait: () => sendAttemptsSync(transport, attempts, exchange), cancel: () => exchange.cancel() };
}

function nextSync(attempts: Attempts): ReturnType<Attempts["next"]> {
  const { asking, wait } = attempts;
  if (wait > 0) block(wait);
  if (asking === undefined) return attempts.next();
  let asked: unknown;
  try {
    asked = asking.ask({});
  } catch (cause) {
    throw asking.failure(cause);
  }
  return attempts.next(asked);
}

function outcomeOf(send: () => SendResult): SendResult | APIError {
  try {
    return send();
  } catch (error) {
    return failed(error);
  }
}

/** The failure of an attempt. Throws what is none, such as a fault in a program. */
function failed(error: unknown): APIError {
  if (error instanceof APIError) return error;
  throw error;
}
