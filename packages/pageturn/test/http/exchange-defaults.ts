import type { SendOptions } from "../../src/http/send.ts";
import type { HttpRequest } from "../../src/http/transport.ts";

/** Bounds that a test does not reach unless it wants to; a retry comes at once. */
export const SEND_DEFAULTS = {
  timeout: 10_000,
  maxRetries: 0,
  maxResponseBytes: 1_000_000,
  timing: { now: () => 0, sleep: () => Promise.resolve(), random: () => 0 },
} satisfies SendOptions;

/** What an attempt rejects with. Throws where it is answered. */
export async function failureOf(attempt: Promise<unknown>): Promise<Error> {
  const error: unknown = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("the request was answered");
  return error;
}

/** A GET of this URL. */
export function get(url: string, headers: Record<string, string> = {}): HttpRequest {
  return { method: "GET", url, headers, body: null };
}
