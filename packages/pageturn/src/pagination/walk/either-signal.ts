/** Runs `job` with a signal that fires with either one. Nothing of it is left on them when the job has ended. */
export function withEither<R>(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
  job: (signal: AbortSignal | undefined) => Promise<R>,
): Promise<R> {
  // Mostly there is one alone: no async function, which would cost every page an await.
  return one === undefined || other === undefined ? job(one ?? other) : withBoth([one, other], job);
}

async function withBoth<R>(
  [one, other]: readonly [AbortSignal, AbortSignal],
  job: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const either = new AbortController();
  // Not AbortSignal.any(): each signal made of two long-lived ones would stay registered with them.
  const abortOne = (): void => either.abort(one.reason);
  const abortOther = (): void => either.abort(other.reason);
  one.addEventListener("abort", abortOne);
  other.addEventListener("abort", abortOther);
  if (one.aborted) abortOne();
  else if (other.aborted) abortOther();
  try {
    return await job(either.signal);
  } finally {
    one.removeEventListener("abort", abortOne);
    other.removeEventListener("abort", abortOther);
  }
}
