import { createHash, randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../database/database.ts";
import { mayNotWrite, whilePassing, withinSeconds } from "../database/passing-failure.ts";
import { MirrorError } from "../mirror-error.ts";
import { quoted } from "../schema/identifiers.ts";

/** Options of {@link RateBudget}. */
export interface RateBudgetOptions {
  readonly database: Queryable;
  /** The schema of the mirror. Default: `"pageturn"`. */
  readonly schema?: string;
  /** What the budget is for: an API key. Only a hash of it is stored. */
  readonly key: string;
  /**
   * Requests a minute of all processes with this key. Of several, the lowest holds. Default: that of the others, or as many as the API
   * allows.
   */
  readonly perMinute?: number | undefined;
  /** How many requests may be sent at once after a quiet time. Default: a tenth of a minute's. */
  readonly burst?: number;
  /** Is called once for each pause that requests wait for, if it is 5 seconds or longer: with its end, by the clock of this machine. */
  readonly onPause?: (until: Date) => void;
}

/** A pause that is shorter is not worth a word, in seconds. Neither is a later end by less than this. */
const NOTED_PAUSE = 5;

/** The longest pause that a server can ask for, in seconds. */
const LONGEST_PAUSE = 3600;

/** How long a rate holds after the last sign of life of its process, and how often it gives one, in seconds. */
const HELD = 30;
const BEAT = 10;
/** Whether a rate holds. One that would hold for longer is of a clock that was ahead. */
function isHeld(until: string): string {
  return `${until} BETWEEN clock_timestamp() AND clock_timestamp() + ${HELD} * interval '1 second'`;
}

/** The end of the pause of a budget. One that is further away than the longest pause is of a clock that was ahead. */
const PAUSED_UNTIL = `CASE WHEN budget.paused_until <= clock_timestamp() + ${LONGEST_PAUSE} * interval '1 second'
  THEN budget.paused_until END`;

/** The seconds until this end; 0 after it. */
const PAUSE_LEFT = `greatest(extract(epoch FROM ${PAUSED_UNTIL} - clock_timestamp())::double precision, 0)`;

/** The seconds of all pauses of a budget so far, with the whole of the one that is under way, and those that are left of it. */
interface Pauses {
  readonly paused: number;
  readonly left: number;
}

interface Turn extends Pauses {
  readonly wait: number;
}

function pausesOf(row: Pauses | undefined): Pauses {
  return { paused: Number(row?.paused ?? 0), left: Number(row?.left ?? 0) };
}

/** For so many seconds a request waits for a database that is away. */
const AWAY = 60;
/** For so many seconds the end of a budget waits for it. */
const CLOSE = 5;

/**
 * The requests that all processes with one API key may send, kept in the database. Each request takes its turn there with one
 * statement, and waits here. A server that answers 429 makes all of them wait.
 */
export class RateBudget {
  readonly #database: Queryable;
  readonly #tables: { readonly budgets: string; readonly rates: string };
  readonly #id: string;
  /** The rate that this process holds, until it is closed. */
  readonly #own: { readonly holder: string; readonly perSecond: number; readonly burst: number } | undefined;
  readonly #onPause: ((until: Date) => void) | undefined;
  /** The end of the pause that was reported last, in milliseconds. */
  #noted = 0;
  #isReader = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #closed = new AbortController();
  /** The turns that are waited for, and the signs of life that are under way. */
  readonly #pending = new Set<Promise<void>>();

  constructor({ database, schema = "pageturn", key, perMinute, burst, onPause }: RateBudgetOptions) {
    if (perMinute !== undefined && !(perMinute > 0)) {
      throw new RangeError(`Cannot limit requests to ${perMinute} a minute: it must be more than 0`);
    }
    this.#database = database;
    this.#onPause = onPause;
    this.#tables = { budgets: `${quoted(schema)}._budgets`, rates: `${quoted(schema)}._rates` };
    // The hash cannot be turned back into the key: keys have far more than 128 random bits.
    this.#id = createHash("sha256").update(`pageturn budget\0${key}`).digest("hex").slice(0, 32);
    if (perMinute === undefined) return;
    const most = Math.max(1, burst ?? perMinute / 10);
    this.#own = { holder: randomUUID(), perSecond: perMinute / 60, burst: most };
  }

  /**
   * Makes other processes keep to the rate of this one, until it is closed. The first request does it as well. Throws after `close`.
   */
  async hold(): Promise<void> {
    this.#closed.signal.throwIfAborted();
    const renewal = this.#renewal();
    if (renewal === undefined) return;
    const beat = async () => {
      await this.#database.query(renewal.text, renewal.values);
    };
    const { signal } = this.#closed;
    this.#timer ??= setInterval(() => {
      // Other processes have no rate from half a minute without the database until the next sign of life: it comes at once.
      this.#track(whilePassing(beat, { seconds: BEAT, signal })).catch(() => {});
    }, BEAT * 1000).unref();
    await this.#track(beat());
  }

  /** The statement that makes or renews the row of the rate of this process; `undefined` if it has none. */
  #renewal(): { readonly text: string; readonly values: readonly unknown[] } | undefined {
    if (this.#own === undefined) return undefined;
    const { holder, perSecond, burst } = this.#own;
    const text = `INSERT INTO ${this.#tables.rates} AS own (budget_id, holder, per_second, burst, until)
      VALUES ($1, $2, $3, $4, clock_timestamp() + ${HELD} * interval '1 second')
      ON CONFLICT (holder) DO UPDATE SET until = EXCLUDED.until
      WHERE own.until < clock_timestamp() + ${HELD - BEAT} * interval '1 second' OR NOT ${isHeld("own.until")}`;
    return { text, values: [this.#id, holder, perSecond, burst] };
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#pending.add(work);
    try {
      await work;
    } finally {
      this.#pending.delete(work);
    }
  }

  /**
   * Ends the rate of this process, and gives back the turns that it waits for: `take` throws. Without it, the rate ends half a minute
   * after the process. Throws if the database does not answer.
   */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed.abort(new MirrorError("Cannot use a budget that is closed: make another one"));
    const end = async () => {
      await Promise.allSettled(this.#pending);
      if (this.#own === undefined) return;
      await this.#database.query(
        `DELETE FROM ${this.#tables.rates} WHERE holder = $1 OR until < clock_timestamp()`,
        [this.#own.holder],
      );
    };
    await withinSeconds(end(), CLOSE);
  }

  /** Waits until a request may be sent, and a minute for a database that is away. Throws the reason of `signal` when it fires. */
  async take(signal?: AbortSignal): Promise<void> {
    const { signal: closed } = this.#closed;
    const either = signal === undefined ? closed : AbortSignal.any([closed, signal]);
    either.throwIfAborted();
    await this.#track(this.#waitForTurn(either));
  }

  async #waitForTurn(signal: AbortSignal): Promise<void> {
    const passing = { seconds: AWAY, signal };
    const turn = await this.#turn(passing);
    if (turn === undefined) return;
    try {
      signal.throwIfAborted();
      let { paused } = turn;
      this.#note(turn.left);
      for (let wait = turn.wait; wait > 0; ) {
        await sleep(wait * 1000, undefined, { signal });
        // A pause that has begun in the meantime moves all turns that are waited for by its length.
        const now = await whilePassing(() => this.#pauses(), passing);
        this.#note(now.left);
        wait = now.paused - paused;
        paused = now.paused;
      }
    } catch (error) {
      // The turn is not used. Without this, the next process would wait for it.
      await this.#database
        .query(`UPDATE ${this.#tables.budgets} SET tokens = tokens + 1 WHERE budget_id = $1`, [this.#id])
        .catch(() => {});
      signal.throwIfAborted();
      throw error;
    }
  }

  /** A turn; `undefined` if this role may only read the budget: then its requests are not counted. */
  async #turn(passing: {
    readonly seconds: number;
    readonly signal: AbortSignal;
  }): Promise<Turn | undefined> {
    if (this.#isReader) return undefined;
    try {
      return await whilePassing(() => this.#takeTurn(), passing);
    } catch (error) {
      if (this.#own !== undefined || !mayNotWrite(error)) throw error;
      this.#isReader = true;
      return undefined;
    }
  }

  /** Reports a pause that ends after so many seconds. */
  #note(left: number): void {
    const until = Date.now() + left * 1000;
    if (left < NOTED_PAUSE || until < this.#noted + NOTED_PAUSE * 1000) return;
    this.#noted = until;
    this.#onPause?.(new Date(until));
  }

  /** The seconds until the turn, those of all pauses so far, and those that are left of one. */
  async #takeTurn(): Promise<Turn> {
    // The timer begins with the first request.
    if (this.#timer === undefined) await this.hold();
    const renewal = this.#renewal();
    // The rate of this process counts in any case: a statement does not see the rows that it writes. It is renewed here as well, because it
    // ends while the database is away. Turns may be taken ahead: a negative number of tokens is the length of the queue. Without a rate,
    // none is counted. In a pause, the clock of the budget stands at its end.
    const now = `greatest(clock_timestamp(), ${PAUSED_UNTIL})`;
    const { rows } = await this.#database.query<Turn>(
      `WITH ${renewal === undefined ? "" : `renewed AS (${renewal.text}),`}
       rate AS MATERIALIZED (
         SELECT per_second, burst FROM (
           SELECT per_second, burst FROM ${this.#tables.rates} WHERE budget_id = $1 AND ${isHeld("until")}
           ${renewal === undefined ? "" : "UNION ALL SELECT $3::double precision, $4::double precision"}
         ) held ORDER BY per_second, burst LIMIT 1
       )
       INSERT INTO ${this.#tables.budgets} AS budget (budget_id, tokens, refilled_at)
       VALUES ($1, coalesce((SELECT burst FROM rate) - 1, 0), clock_timestamp())
       ON CONFLICT (budget_id) DO UPDATE SET
         tokens = coalesce(least(
           (SELECT burst FROM rate),
           budget.tokens + (SELECT per_second FROM rate)
             * greatest(extract(epoch FROM ${now} - budget.refilled_at)::double precision, 0)
         ) - 1, 0),
         refilled_at = ${now}
       RETURNING extract(epoch FROM refilled_at - clock_timestamp())::double precision
           + greatest(-tokens / (SELECT per_second FROM rate), 0) AS wait,
         paused_seconds AS paused, ${PAUSE_LEFT} AS "left"`,
      renewal?.values ?? [this.#id],
    );
    return { wait: Number(rows[0]?.wait ?? 0), ...pausesOf(rows[0]) };
  }

  async #pauses(): Promise<Pauses> {
    const { rows } = await this.#database.query<Pauses>(
      `SELECT paused_seconds AS paused, ${PAUSE_LEFT} AS "left" FROM ${this.#tables.budgets} AS budget WHERE budget_id = $1`,
      [this.#id],
    );
    return pausesOf(rows[0]);
  }

  /** Makes all workers wait for this many seconds, as a server has asked for it: also the requests that wait for their turn already. */
  async pause(seconds: number): Promise<void> {
    const length = Math.min(Math.max(seconds, 0), LONGEST_PAUSE);
    const until = `greatest(${PAUSED_UNTIL}, clock.now + $2 * interval '1 second')`;
    const added = `${until} - greatest(${PAUSED_UNTIL}, clock.now)`;
    await this.#database.query(
      `UPDATE ${this.#tables.budgets} AS budget SET paused_until = ${until}, refilled_at = refilled_at + (${added}),
         paused_seconds = paused_seconds + extract(epoch FROM ${added})::double precision
       FROM (SELECT clock_timestamp() AS now) clock WHERE budget_id = $1`,
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
export function keyWithin(
  budget: RateBudget,
  key: string,
): (request?: { readonly signal?: AbortSignal | undefined }) => Promise<string> {
  return async ({ signal } = {}) => {
    await budget.take(signal);
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
