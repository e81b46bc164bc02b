import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
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

/** How many rows a file has that is replaced. */
const OLD_ROWS = 500;

/**
 * Kills exports with SIGKILL at random moments and resumes them until they are done. Each file has to have the rows of an
 * undisturbed run, byte for byte. Every second export replaces a finished file, which has to be there with its manifest until
 * the new one is.
 */
export async function killExports(plan: KillPlan): Promise<KillReport> {
  const { rows, latencyMs, formats, pageSize } = plan;
  const server = await startMockServer({ items: { models: rows, files: OLD_ROWS }, latencyMs });
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
      const old = await runPageturn(["export", "files", "-o", `old.${format}`], run);
      if (old.code !== 0) throw new Error(`${format} failed: ${old.stderr}`);
    }
    while (kills < plan.kills) {
      const format = formats[Math.floor(exports / 2) % formats.length] ?? "jsonl";
      const old = exports % 2 === 0 ? undefined : join(folder, `old.${format}`);
      const file = `killed-${exports}.${format}`;
      const path = join(folder, file);
      if (old !== undefined) for (const end of ["", MANIFEST]) copyFileSync(`${old}${end}`, `${path}${end}`);
      let before = kills;
      for (;;) {
        const isLast = kills >= plan.kills;
        const ended = await runPageturn(
          [...command(file), isToBegin(path, old) ? "--overwrite" : "--resume"],
          {
            ...run,
            onStart: (child) => {
              if (!isLast) setTimeout(() => child.kill("SIGKILL"), random() * plan.longestMs).unref();
            },
          },
        );
        if (ended.signal !== "SIGKILL") {
          if (ended.code !== 0) differences.push(`${file} ended with ${ended.code}: ${ended.stderr}`);
          break;
        }
        kills += 1;
        const problem =
          old === undefined ? undefined : oldProblem(path, { old, expected: expected.get(format) });
        if (problem !== undefined) differences.push(`${file} ${problem} after ${kills - before} kills`);
        const state = leftBehind(path, old);
        left.set(state, (left.get(state) ?? 0) + 1);
      }
      before = kills - before;
      if (rowsHash(path) !== expected.get(format))
        differences.push(`${file} has other rows after ${before} kills`);
      const verified = await runPageturn(["verify", file], run);
      if (verified.code !== 0) differences.push(`${file} cannot be verified: ${verified.stderr}`);
      const known = [file, `${file}${MANIFEST}`];
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
    hash.update(path.endsWith(".gz") ? gunzipSync(bytes) : path.endsWith(".zst") ? unzstd(bytes) : bytes);
  }
  return hash.digest("hex");
}

/** The text of all frames: Node reads one at a time. */
function unzstd(bytes: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { buffer, engine } = framed(zstdDecompressSync(bytes.subarray(at), { info: true }));
    frames.push(buffer);
    at += engine.bytesWritten;
  }
  return Buffer.concat(frames);
}

/** The cast: the types of Node do not know what the option `info` returns. */
function framed(result: unknown): {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
} {
  return result as ReturnType<typeof framed>;
}

const MANIFEST = ".manifest.json";

/** Whether the old file has not been replaced, and nothing has begun to. */
function isToBegin(path: string, old: string | undefined): boolean {
  if (old === undefined || newFilesOf(path).length > 0) return false;
  return rowsHash(path) === rowsHash(old);
}

function newFilesOf(path: string): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.new`));
}

/** What is wrong with a file that is being replaced: it has to be the old or the new one, whole and with its manifest. */
function oldProblem(
  path: string,
  { old, expected }: { old: string; expected: string | undefined },
): string | undefined {
  const hash = rowsHash(path);
  const isOld = hash === rowsHash(old);
  if (!isOld && hash !== expected) return "has neither the old nor the new rows";
  const manifest = readFileSync(
    existsSync(`${path}.new${MANIFEST}`) && !isOld ? `${path}.new${MANIFEST}` : `${path}${MANIFEST}`,
    "utf8",
  );
  const { rows }: { rows: number } = JSON.parse(manifest);
  return isOld === (rows === OLD_ROWS) ? undefined : `has a manifest of ${rows} rows`;
}

function leftBehind(path: string, old: string | undefined): string {
  if (old !== undefined) {
    const isOld = rowsHash(path) === rowsHash(old);
    if (!isOld) return newFilesOf(path).length > 0 ? "replaced, not cleaned" : "replaced";
    return newFilesOf(path).length > 0
      ? `old file, new: ${leftBehind(`${path}.new`, undefined)}`
      : "old file";
  }
  if (existsSync(`${path}${MANIFEST}`)) return "manifest written";
  if (/\.sqlite(?:\.new)?$/.test(path)) return existsSync(path) ? "database" : "nothing";
  if (!existsSync(`${path}.checkpoint.json`)) return "nothing";
  if (readFileSync(`${path}.checkpoint.json`, "utf8") === "") return "empty state";
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
