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
