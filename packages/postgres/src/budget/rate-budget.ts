import { createHash } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../database/database.ts";
import { quoted } from "../schema/identifiers.ts";

/** Options of {@link RateBudget}. */
export interface RateBudgetOptions {
  readonly database: Queryable;
  /** The schema of the mirror. Default: `"pageturn"`. */
  readonly schema?: string;
  /** What the budget is for: an API key. Only a hash of it is stored. */
  readonly key: string;
  /** Requests a minute, over all workers. */
  readonly perMinute: number;
  /** How many requests may be sent at once after a quiet time. Default: a tenth of a minute's. */
  readonly burst?: number;
}

/** The longest pause that a server can ask for, in seconds. */
const LONGEST_PAUSE = 3600;

/**
 * The requests that all workers with one API key may send, kept in the database. Each request takes its turn there with one
 * statement, and waits here. A server that answers 429 makes all workers wait.
 */
export class RateBudget {
  readonly #database: Queryable;
  readonly #table: string;
  readonly #id: string;
  readonly #perSecond: number;
  readonly #burst: number;

  constructor({ database, schema = "pageturn", key, perMinute, burst = perMinute / 10 }: RateBudgetOptions) {
    if (!(perMinute > 0)) {
      throw new RangeError(`Cannot limit requests to ${perMinute} a minute: it must be more than 0`);
    }
    this.#database = database;
    this.#table = `${quoted(schema)}._budgets`;
    // The hash cannot be turned back into the key: keys have far more than 128 random bits.
    this.#id = createHash("sha256").update(`pageturn budget\0${key}`).digest("hex").slice(0, 32);
    this.#perSecond = perMinute / 60;
    this.#burst = Math.max(1, burst);
  }

  /** Waits until a request may be sent. Throws the reason of `signal` when it fires. */
  async take(signal?: AbortSignal): Promise<void> {
    // Turns may be taken ahead: a negative number of tokens is the length of the queue.
    const { rows } = await this.#database.query<{ wait: number }>(
      `INSERT INTO ${this.#table} AS budget (budget_id, tokens, refilled_at)
       VALUES ($1, $2::double precision - 1, clock_timestamp())
       ON CONFLICT (budget_id) DO UPDATE SET
         tokens = least($2, budget.tokens + $3 * extract(epoch FROM clock_timestamp() - budget.refilled_at)::double precision) - 1,
         refilled_at = clock_timestamp()
       RETURNING greatest(
         -tokens / $3,
         coalesce(extract(epoch FROM paused_until - clock_timestamp())::double precision, 0)
       ) AS wait`,
      [this.#id, this.#burst, this.#perSecond],
    );
    const wait = Number(rows[0]?.wait ?? 0);
    if (wait > 0) await sleep(wait * 1000, undefined, { signal });
  }

  /** Makes all workers wait for this many seconds, as a server has asked for it. */
  async pause(seconds: number): Promise<void> {
    const length = Math.min(Math.max(seconds, 0), LONGEST_PAUSE);
    await this.#database.query(
      `UPDATE ${this.#table}
       SET paused_until = greatest(paused_until, clock_timestamp() + make_interval(secs => $2))
       WHERE budget_id = $1`,
      [this.#id, length],
    );
  }
}

/**
 * The option `apiKey` of a client whose requests keep to a budget: clients ask for the key before each attempt, retries included.
 *
 * @example
 * ```ts no-run
 * const client = new AsyncAnthropic({ apiKey: keyWithin(budget, key) });
 * ```
 */
export function keyWithin(budget: RateBudget, key: string): () => Promise<string> {
  return async () => {
    await budget.take();
    return key;
  };
}

/** Pauses a budget when a server of `baseURL` answers 429. Returns a function that ends this. */
export function pauseOnRateLimit(budget: RateBudget, baseURL: string): () => void {
  const { host } = new URL(baseURL);
  const onResponse = (message: unknown) => {
    // The shape of this channel is that of Node's documentation.
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (response.statusCode !== 429 || request.getHeader("host") !== host) return;
    const seconds = Number(response.headers["retry-after"] ?? 1);
    budget.pause(Number.isFinite(seconds) ? seconds : 1).catch(() => {});
  };
  subscribe("http.client.response.finish", onResponse);
  return () => unsubscribe("http.client.response.finish", onResponse);
}
