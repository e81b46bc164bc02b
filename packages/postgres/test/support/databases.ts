import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type Database, openDatabase } from "../../src/index.ts";
import { makeEmptyFolder } from "./empty-folder.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

let server: Promise<PostgresServer> | undefined;
const folders: string[] = [];

afterAll(async () => {
  await (await server)?.[Symbol.asyncDispose]();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new, empty database of a PostgreSQL server that all tests of a file share: its URL. */
async function postgres(): Promise<string> {
  server ??= startPostgres();
  return (await server).createDatabase();
}

/** The folder of a new, empty database of PGlite. */
async function folder(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "pageturn-mirror-"));
  folders.push(home);
  const path = join(home, "database");
  await makeEmptyFolder(path);
  return path;
}

/** Both kinds of databases, for `describe.each`: the name, and a function that makes an empty one. */
export const databases: readonly (readonly [name: string, target: () => Promise<string>])[] = [
  ["PostgreSQL", postgres],
  ["PGlite", folder],
];

/** A database that all tests of the suite around the call share, open until they have ended. */
export async function openShared(target: () => Promise<string>): Promise<Database> {
  const database = await openDatabase(await target());
  afterAll(() => database.close());
  return database;
}
