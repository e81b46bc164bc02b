import { existsSync, fsyncSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { MirrorError } from "../mirror-error.ts";
import type { Database, Queryable } from "./database.ts";
import { lockFolder } from "./folder-lock.ts";

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

const CONNECT_MS = 30_000;
const KEEPALIVE_MS = 10_000;
/** The server ends a transaction that waits longer for its client, in seconds: a client that is gone keeps no locks. */
const IDLE_TRANSACTION = 60;

/**
 * Opens PostgreSQL (`postgres://…`) or the PGlite database in a folder, which is created if it is missing. A folder is open in one
 * process at a time. Throws a `MirrorError` if another process has it open.
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
  return /^postgres(ql)?:\/\//.test(target) ? openPostgres(target, options) : openFolder(target, options);
}

/** A client that gives up when the server does not answer. With this option of the pool, it would also bound the wait for a free one. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_MS });
  }
}

/** Bounds how long both sides wait for each other. */
async function boundWaits(client: pg.ClientBase, seconds: number): Promise<void> {
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
    `SET idle_in_transaction_session_timeout = ${Math.ceil(Math.min(IDLE_TRANSACTION, seconds) * 1000)}`,
  );
}

async function openPostgres(
  connectionString: string,
  { poolSize = 10, timeoutSeconds = 3600 }: OpenDatabaseOptions,
): Promise<Database> {
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    application_name: "pageturn",
    Client,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
    onConnect: (client) => boundWaits(client, timeoutSeconds),
  });
  // A connection that breaks while it is idle is replaced by the pool. Without a listener the process would end.
  pool.on("error", () => {});
  // The same holds for one that breaks while it is in use, between two queries: the next query fails.
  pool.on("connect", (connection) => {
    connection.on("error", () => {});
  });
  try {
    await pool.query("SELECT 1");
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
    close: () => pool.end(),
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
 * The start parameters of PGlite without `-F`, which switches fsync off: a commit is on the disk before it is reported. Of the methods
 * of PostgreSQL only `fsync` reaches the file system of PGlite.
 */
const DURABLE = [
  ...PGlite.defaultStartParams.filter((param) => param !== "-F"),
  "-c",
  "wal_sync_method=fsync",
];
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
    const lite = await PGlite.create({ dataDir, startParams: DURABLE });
    makeDurable(lite);
    return {
      kind: "pglite",
      query: liteQuery(lite).query,
      // The statements may begin and end a transaction themselves. PGlite's own one is only there to keep others from the
      // connection until a failed one is rolled back.
      execute: (text) =>
        lite.transaction(async (connection) => {
          await connection.exec("ROLLBACK");
          try {
            return (await connection.exec(text)).flatMap(({ rows }) => rows as Record<string, unknown>[]);
          } catch (error) {
            await connection.exec("ROLLBACK");
            throw error;
          }
        }),
      transaction: (body) => lite.transaction((transaction) => body(liteQuery(transaction))),
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
