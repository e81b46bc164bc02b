import { setTimeout as sleep } from "node:timers/promises";
import { MissingCredentialsError } from "pageturn";
import { MirrorError } from "../mirror-error.ts";

/**
 * The codes of SQLSTATE whose cause is not the statement: the connection (08), a transaction that the server has ended while its client
 * was stopped (25P03), a conflict of transactions (40), a full disk or too many connections (53), a server that ends or begins (57), and
 * its files (58).
 */
const SQLSTATE = /^(?:08|25P03|40|53|57|58)/;
const SYSTEM = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
];
/** The longest that a connection to PostgreSQL takes, in seconds. */
export const CONNECT_SECONDS = 30;
/** What `pg` reports without a code. */
const CONNECTION = /^Connection terminated|is not queryable$|^timeout (expired|exceeded)/;

/** Whether a statement that has failed so can succeed when it is sent again: the database was away, or had no room. */
export function isPassing(error: unknown): boolean {
  if (error instanceof MirrorError) return error.kind === "database";
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  if ("severity" in error) return SQLSTATE.test(code);
  return SYSTEM.includes(code) || CONNECTION.test(error.message);
}

/** The codes whose cause is neither the statement nor its table: the role may not log in (28), or there is no database (3D). */
const NO_SESSION = /^(?:28|3D)/;

/** Whether statements about other tables fail as well: the failure is one that may pass, or the database as a whole cannot be used. */
export function isOfDatabase(error: unknown): boolean {
  if (isPassing(error)) return true;
  return (
    error instanceof Error && "severity" in error && "code" in error && NO_SESSION.test(String(error.code))
  );
}

/** Whether a statement has failed because its role may only read, or because the server is a replica. */
export function mayNotWrite(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "42501" || error.code === "25006");
}

/** Does something with the database, again and again while its failure may pass, for so many seconds at most. */
export async function whilePassing<T>(
  work: () => Promise<T>,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<T> {
  const until = performance.now() + seconds * 1000;
  for (let wait = 50; ; wait = Math.min(2 * wait, 500)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || signal.aborted || performance.now() > until) throw error;
      await sleep(wait, undefined, { signal }).catch(() => {});
    }
  }
}

/** What a promise of the database gives. Throws if it takes longer; what it waits for goes on. */
export async function withinSeconds<T>(work: Promise<T>, seconds: number): Promise<T> {
  const timer = new AbortController();
  const tooLong = sleep(seconds * 1000, undefined, { signal: timer.signal }).then(() => {
    throw new MirrorError(`The database has not answered for ${seconds} seconds`, { kind: "database" });
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    timer.abort();
    tooLong.catch(() => {});
    work.catch(() => {});
  }
}

/** The failure of the database behind one of a client: a request takes its turn there when the client asks for its key. */
export function withoutClient(error: unknown): unknown {
  return error instanceof MissingCredentialsError && isPassing(error.cause) ? error.cause : error;
}

/**
 * The text of an error for people. A refused connection has one error for each address, and no text of its own. The queue reports copies of
 * errors, which are plain objects.
 */
export function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const message: unknown = Reflect.get(error, "message");
  // The queue adds its own words.
  if (typeof message === "string" && message !== "")
    return message.replace(
      /^timeout expired/,
      `no connection to the database within ${CONNECT_SECONDS} seconds`,
    );
  const errors: unknown = Reflect.get(error, "errors");
  return Array.isArray(errors) && errors.length > 0 ? reasonOf(errors[0]) : String(error);
}
