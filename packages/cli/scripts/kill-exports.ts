import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { startMockServer } from "pageturn/testing";
import { type RunOptions, runPageturn } from "./run-pageturn.ts";

/** What to kill, and how often. */
export interface KillPlan {
  readonly seed: number;
  /** How many processes are killed, of all formats together. */
  readonly kills: number;
  readonly rows: number;
  /** The ends of the files to export. */
  readonly formats: readonly string[];
  readonly pageSize: number;
  /** How long the server waits before each page. */
  readonly latencyMs: number;
  /** The longest time that a process may run before it is killed. */
  readonly longestMs: number;
  onExport?(text: string): void;
}

/** What happened. */
export interface KillReport {
  readonly kills: number;
  readonly exports: number;
  /** The kills by the state that they left: nothing, no commit, some rows, all rows. */
  readonly leftBehind: Readonly<Record<string, number>>;
  /** What was not as in an undisturbed run. */
  readonly differences: readonly string[];
}

/**
 * Kills exports with SIGKILL at random moments and resumes them until they are done. Each file has to have the rows of an
 * undisturbed run, byte for byte.
 */
export async function killExports(plan: KillPlan): Promise<KillReport> {
  const { rows, latencyMs, formats, pageSize } = plan;
  const server = await startMockServer({ items: { models: rows }, latencyMs });
  const folder = await mkdtemp(join(tmpdir(), "pageturn-kill-"));
  const run: RunOptions = { cwd: folder, server };
  const command = (file: string) => ["export", "models", "--page-size", String(pageSize), "-o", file];
  const random = randomNumbers(plan.seed);
  const left = new Map<string, number>();
  const differences: string[] = [];
  let [kills, exports] = [0, 0];
  try {
    const expected = new Map<string, string>();
    for (const format of formats) {
      const file = `whole.${format}`;
      const { code, stderr } = await runPageturn(command(file), run);
      if (code !== 0) throw new Error(`${format} failed: ${stderr}`);
      expected.set(format, rowsHash(join(folder, file)));
    }
    while (kills < plan.kills) {
      const format = formats[exports % formats.length] ?? "jsonl";
      const file = `killed-${exports}.${format}`;
      const path = join(folder, file);
      let before = kills;
      for (;;) {
        const isLast = kills >= plan.kills;
        const ended = await runPageturn([...command(file), "--resume"], {
          ...run,
          onStart: (child) => {
            if (!isLast) setTimeout(() => child.kill("SIGKILL"), random() * plan.longestMs).unref();
          },
        });
        if (ended.signal !== "SIGKILL") {
          if (ended.code !== 0) differences.push(`${file} ended with ${ended.code}: ${ended.stderr}`);
          break;
        }
        kills += 1;
        const state = leftBehind(path);
        left.set(state, (left.get(state) ?? 0) + 1);
      }
      before = kills - before;
      if (rowsHash(path) !== expected.get(format))
        differences.push(`${file} has other rows after ${before} kills`);
      const verified = await runPageturn(["verify", file], run);
      if (verified.code !== 0) differences.push(`${file} cannot be verified: ${verified.stderr}`);
      const known = [file, `${file}.manifest.json`];
      const leftovers = readdirSync(folder).filter((name) => name.startsWith(file) && !known.includes(name));
      if (leftovers.length > 0) differences.push(`${file} has left ${leftovers.join(", ")}`);
      plan.onExport?.(`${file}: ${before} kills, ${kills} of ${plan.kills}`);
      exports += 1;
      await rm(path);
    }
    return { kills, exports, leftBehind: Object.fromEntries(left), differences };
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

/** A hash of all that a file says of its rows, read without the code of the command. */
function rowsHash(path: string): string {
  const hash = createHash("sha256");
  if (path.endsWith(".sqlite")) {
    const database = new DatabaseSync(path, { readOnly: true });
    for (const row of database.prepare("SELECT * FROM items ORDER BY _row").iterate())
      hash.update(JSON.stringify(row));
    database.close();
  } else {
    const bytes = readFileSync(path);
    hash.update(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  }
  return hash.digest("hex");
}

function leftBehind(path: string): string {
  if (existsSync(`${path}.manifest.json`)) return "manifest written";
  if (path.endsWith(".sqlite")) return existsSync(path) ? "database" : "nothing";
  if (!existsSync(`${path}.checkpoint.json`)) return "nothing";
  const { rows, outcome }: { rows: number; outcome: unknown } = JSON.parse(
    readFileSync(`${path}.checkpoint.json`, "utf8"),
  );
  if (outcome !== null) return "all rows, no manifest";
  return rows === 0 ? "no commit" : "some rows";
}

/** Mulberry32: the same numbers for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
