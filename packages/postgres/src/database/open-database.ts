import { existsSync, fsyncSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { MirrorError } from "../mirror-error.ts";
import type { Database, Queryable } from "./database.ts";
import { lockFolder } from "./folder-lock.ts";
import { CONNECT_SECONDS, reasonOf } from "./passing-failure.ts";

/** Options of {@link openDatabase}. */
export interface OpenDatabaseOptions {
  /** The largest number of connections to PostgreSQL. Default: 10. PGlite has one. */
  readonly poolSize?: number;
  /**
   * The seconds after which a connection to PostgreSQL is closed if nothing arrives on it. A statement that takes longer fails. Default:
   * 3,600. A network that is cut without a word is noticed after 20 seconds where the system supports it (TCP keepalive).
   */
  readonly timeoutSeconds?: number;
  /** Whether a folder that is missing is created. Default: `true`. */
  readonly create?: boolean;
}

/** After so long, connections that do not end when the database is closed are cut. */
const CLOSE_MS = 5000;
const KEEPALIVE_MS = 10_000;
/** The server ends a transaction that waits longer for its client, in seconds: a client that is gone keeps no locks. */
const IDLE_TRANSACTION = 60;

/**
 * Opens PostgreSQL (`postgres://…`) or the PGlite database in a folder, which is created if it is missing. A folder is open in one
 * process at a time. Throws a `MirrorError` if another process has it open, and for what looks like another address.
 *
 * @example
 * ```ts no-run
 * import { openDatabase } from "@pageturn/postgres";
 *
 * const database = await openDatabase("postgres://localhost/mirror");
 * const { rows } = await database.query("SELECT 1 AS one");
 * await database.close();
 * ```
 */
export async function openDatabase(target: string, options: OpenDatabaseOptions = {}): Promise<Database> {
  const address = target.trim();
  if (/^postgres(?:ql)?:\/\//i.test(address)) return openPostgres(address, options);
  const [, scheme] = SCHEME.exec(address) ?? [];
  // Not as a folder: its name would have the password.
  if (scheme !== undefined)
    throw new MirrorError(
      `Cannot open a database whose address begins with ${scheme}: use postgres://, or the path of a folder`,
      { kind: "database" },
    );
  if (!PATH.test(address) && ADDRESS_PART.test(address))
    throw new MirrorError(
      "Cannot take what looks like an address for the path of a folder: use postgres://host/database without quotes, or begin the path with ./",
      { kind: "database" },
    );
  return openFolder(target, options);
}

/** The scheme of an address. The drive of a path of Windows has one letter. */
const SCHEME = /^([a-z][a-z\d+.-]+:\/)/i;
/** How a path begins that nobody takes for an address. */
const PATH = /^(?:\.{0,2}[\\/](?![\\/])|[a-z]:[\\/])/i;
/** What a name of a folder can have, and an address without its scheme, in quotes, or of names with values. */
const ADDRESS_PART = /@|:\/\/|^["'`]|["'`]$|\b(?:password|host)\s*=/i;

/** A client that gives up when the server does not answer. With this option of the pool, it would also bound the wait for a free one. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_SECONDS * 1000 });
  }
}

/** A socket whose errors have a text: where all addresses of a host refuse, there is one error for each, and none for all of them. */
function namedSocket(): Socket {
  const socket = new Socket();
  socket.on("error", (error) => {
    error.message = reasonOf(error);
  });
  return socket;
}

/**
 * Bounds how long both sides wait for each other, and sets what a database or a role may have set in another way: how times, numbers,
 * texts and names are written, and what a transaction sees.
 */
async function prepare(client: pg.ClientBase, seconds: number): Promise<void> {
  const stream: unknown = Reflect.get(Reflect.get(client, "connection"), "stream");
  if (!(stream instanceof Socket)) throw new TypeError("Cannot bound a connection that is not a socket");
  stream.setTimeout(seconds * 1000, () => {
    stream.destroy(
      new MirrorError(
        `Cannot wait for the database any longer because it has sent nothing for ${seconds} seconds: try again, or use a longer timeoutSeconds`,
        { kind: "database" },
      ),
    );
  });
  await client.query(
    `SET idle_in_transaction_session_timeout = ${Math.ceil(Math.min(IDLE_TRANSACTION, seconds) * 1000)};
     SET datestyle = ISO; SET extra_float_digits = 1; SET standard_conforming_strings = on; SET array_nulls = on; SET quote_all_identifiers = off;
     SET default_transaction_isolation = 'read committed'`,
  );
}

/** Throws if the database does not hold every text of the API. */
async function checkEncoding(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ server_encoding: string }>("SHOW server_encoding");
  const encoding = rows[0]?.server_encoding ?? "";
  if (encoding === "UTF8") return;
  throw new MirrorError(
    `Cannot use a database whose encoding is ${encoding}: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`,
    { kind: "database" },
  );
}

/**
 * The address with `sslmode=verify-full` for the modes that `pg` takes for it. By their own names, `pg` prints a warning that its next
 * version will check less.
 */
function checkedTLS(address: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(address)) return address;
  return address.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}

async function openPostgres(
  address: string,
  { poolSize = 10, timeoutSeconds = 3600 }: OpenDatabaseOptions,
): Promise<Database> {
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    connectionString: checkedTLS(address),
    max: poolSize,
    application_name: "pageturn",
    Client,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
    stream() {
      const socket = namedSocket();
      sockets.add(socket);
      return socket.on("close", () => sockets.delete(socket));
    },
    onConnect: (client) => prepare(client, timeoutSeconds),
  });
  // A connection that breaks while it is idle is replaced by the pool. Without a listener the process would end.
  pool.on("error", () => {});
  // The same holds for one that breaks while it is in use, between two queries: the next query fails.
  pool.on("connect", (connection) => {
    connection.on("error", () => {});
  });
  try {
    await checkEncoding(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    kind: "postgres",
    query: queryOf(pool).query,
    async execute(text) {
      const connection = await pool.connect();
      let broken: Error | undefined;
      try {
        // Without parameters, PostgreSQL takes several statements and answers each of them.
        const results: pg.QueryResult | pg.QueryResult[] = await connection.query(text);
        return [results].flat().flatMap(({ rows }) => rows ?? []);
      } catch (error) {
        // What failed between BEGIN and COMMIT must not stay open for the next user of the connection.
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        connection.release(broken);
      }
    },
    async transaction(body) {
      const connection = await pool.connect();
      let broken: Error | undefined;
      // A connection that breaks between two queries emits an error, and the next query fails.
      const onError = (error: Error) => {
        broken = error;
      };
      connection.on("error", onError);
      try {
        await connection.query("BEGIN");
        const result = await body(queryOf(connection));
        await connection.query("COMMIT");
        return result;
      } catch (error) {
        try {
          await connection.query("ROLLBACK");
        } catch (failure) {
          // The server rolls back what a lost connection has begun.
          broken = failure instanceof Error ? failure : new Error(String(failure));
        }
        throw error;
      } finally {
        connection.off("error", onError);
        connection.release(broken);
      }
    },
    close() {
      setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_MS).unref();
      return pool.end();
    },
  };
}

function queryOf(source: Pick<pg.Pool, "query"> | Pick<pg.PoolClient, "query">): Queryable {
  return {
    async query<R extends object>(text: string, values: readonly unknown[] = []) {
      const { rows, rowCount } = await source.query<R & pg.QueryResultRow>(text, [...values]);
      return { rows, rowCount: rowCount ?? 0 };
    },
  };
}

/**
 * Opens PGlite without its parameter `-F`, which switches fsync off: a commit is on the disk before it is reported. Of the methods of
 * PostgreSQL only `fsync` reaches the file system of PGlite.
 */
async function openLite(dataDir: string): Promise<PGlite> {
  // A mirror in PostgreSQL does not need it.
  const { PGlite: Lite } = await import("@electric-sql/pglite");
  const params = Lite.defaultStartParams.filter((param) => param !== "-F");
  const lite = await Lite.create({ dataDir, startParams: [...params, "-c", "wal_sync_method=fsync"] });
  makeDurable(lite);
  return lite;
}

/** EIO in WebAssembly. */
const IO_ERROR = 29;

/**
 * Gives the files of PGlite an `fsync`. Those of Emscripten for Node.js do not have one: there, it does nothing and reports success.
 * Throws if this version of PGlite is built in another way.
 */
function makeDurable({ Module: { FS } }: PGlite): void {
  const open: { stream_ops?: unknown } = FS.open("/pglite/data/PG_VERSION", "r");
  const operations = open.stream_ops;
  FS.close(FS.getStream(Reflect.get(open, "fd")));
  if (typeof operations !== "object" || operations === null) {
    throw new TypeError(
      "Cannot open the database because PGlite has no files that can be written to the disk",
    );
  }
  // All files share these operations.
  Reflect.set(operations, "fsync", ({ nfd }: { nfd: number }) => {
    try {
      fsyncSync(nfd);
      return 0;
    } catch {
      throw new FS.ErrnoError(IO_ERROR);
    }
  });
}

async function openFolder(folder: string, { create = true }: OpenDatabaseOptions): Promise<Database> {
  if (!create && !existsSync(join(folder, "data"))) {
    throw new MirrorError(`Cannot open the database in ${folder} because there is none`);
  }
  const lock = await lockFolder(folder);
  try {
    const dataDir = join(folder, "data");
    await mkdir(dataDir, { recursive: true });
    const lite = await openLite(dataDir);
    const { query } = liteQuery(lite);
    return {
      kind: "pglite",
      async query(text, values) {
        lock.check();
        return query(text, values);
      },
      // The statements may begin and end a transaction themselves. PGlite's own one is only there to keep others from the
      // connection until a failed one is rolled back.
      execute: (text) =>
        lite.transaction(async (connection) => {
          lock.check();
          await connection.exec("ROLLBACK");
          try {
            return (await connection.exec(text)).flatMap(({ rows }) => rows as Record<string, unknown>[]);
          } catch (error) {
            await connection.exec("ROLLBACK");
            throw error;
          }
        }),
      transaction: (body) =>
        lite.transaction((transaction) => {
          lock.check();
          return body(liteQuery(transaction));
        }),
      async close() {
        try {
          await lite.close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function liteQuery(source: Pick<PGlite, "query">): Queryable {
  return {
    async query<R extends object>(text: string, values: readonly unknown[] = []) {
      const { rows, affectedRows } = await source.query<R>(text, [...values]);
      return { rows, rowCount: affectedRows ?? rows.length };
    },
  };
}
