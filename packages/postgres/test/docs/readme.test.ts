import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startMockServer } from "pageturn/testing";
import { beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/index.ts";
import { startPostgres } from "../support/postgres-server.ts";

const home = join(import.meta.dirname, "../..");

beforeAll(() => {
  const script = join(home, "../../scripts/build.ts");
  const { status, stderr } = spawnSync(process.execPath, [script, "--if-stale"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The package does not build: ${stderr}`);
});

test("the program of the README mirrors its lists until SIGTERM, and when it is started again", async () => {
  await using server = await startPostgres();
  await using api = await startMockServer({ items: 30 });
  const url = await server.createDatabase();
  const [, code = ""] = /```ts no-run\n([^`]+)```/.exec(readFileSync(join(home, "README.md"), "utf8")) ?? [];
  expect(code).toContain('"postgres://mirror@localhost/company"');
  const program = code.replace("postgres://mirror@localhost/company", url).replace("port: 8080", "port: 0");
  const database = await openDatabase(url);
  const complete = async () => {
    const { rows } = await database.query("SELECT 1 FROM pageturn._runs WHERE outcome = 'complete'");
    return rows.length;
  };
  for (const runs of [2, 4]) {
    // The package as it is published, by its own name.
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: home,
      env: { PATH: process.env["PATH"], ANTHROPIC_BASE_URL: api.url, ANTHROPIC_API_KEY: api.apiKey },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let printed = "";
    child.stderr.on("data", (text: Buffer) => {
      printed += text;
    });
    const ended = once(child, "exit");
    await expect.poll(() => complete().catch(() => 0), { timeout: 120_000 }).toBeGreaterThanOrEqual(runs);
    const { rows } = await database.query("SELECT count(*)::int AS count FROM pageturn.organization_users");
    expect(rows).toEqual([{ count: 30 }]);
    child.kill("SIGTERM");
    expect([await ended, printed]).toEqual([[0, null], ""]);
    await database.query("UPDATE pageturn._lists SET next_run_at = now()");
  }
  await database.close();
});
