import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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
  /** Whether each export is one file, or a file for each day. Default: one file. */
  readonly isSplit?: boolean;
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

/** What is exported under one name, and how its rows differ from those of another export. */
interface Source {
  readonly list: readonly string[];
  /** What makes the rows of a file that is replaced others. */
  readonly old: readonly string[];
}

/** An export that is killed. */
interface Victim {
  readonly name: string;
  readonly command: readonly string[];
  readonly files: readonly VictimFile[];
  /** Whether files are there that it replaces. */
  readonly replaces: boolean;
}

interface VictimFile {
  readonly path: string;
  /** The hash of the rows that it has at the end. */
  readonly expected: string;
  /** The file that it replaces, if it replaces one. */
  readonly old: string;
}

/**
 * Kills exports with SIGKILL at random moments and resumes them until they are done. Each file has to have the rows of an
 * undisturbed run, byte for byte. Every second export replaces finished files, which have to be there with their manifests until
 * the new ones are. Files of the user beside them have to stay.
 */
export async function killExports(plan: KillPlan): Promise<KillReport> {
  const { rows, latencyMs, formats, isSplit = false } = plan;
  const items = { models: rows, "compliance.activities": rows + 1 };
  const server = await startMockServer({ items, latencyMs });
  const folder = await mkdtemp(join(tmpdir(), "pageturn-kill-"));
  const run: RunOptions = { cwd: folder, server };
  const { list, old } = isSplit ? days(rows) : { list: ["models"], old: ["--fields", "id,created_at"] };
  const command = (name: string) => ["export", ...list, "--page-size", String(plan.pageSize), "-o", name];
  const random = randomNumbers(plan.seed);
  const left = new Map<string, number>();
  const differences: string[] = [];
  let [kills, exports] = [0, 0];
  try {
    for (const format of formats) {
      for (const [name, more] of [["whole", []] as const, ["old", old] as const]) {
        const { code, stderr } = await runPageturn([...command(`${name}.${format}`), ...more], run);
        if (code !== 0) throw new Error(`${format} failed: ${stderr}`);
      }
    }
    while (kills < plan.kills) {
      const format = formats[Math.floor(exports / 2) % formats.length] ?? "jsonl";
      const name = `killed-${exports}.${format}`;
      const victim: Victim = {
        name,
        command: command(name),
        files: victimFiles(folder, { format, stem: `killed-${exports}` }),
        replaces: exports % 2 === 1,
      };
      if (victim.replaces)
        for (const { path, old } of victim.files)
          for (const end of ["", MANIFEST]) copyFileSync(`${old}${end}`, `${path}${end}`);
      const mine = victim.files.flatMap(({ path }) => OTHER_ENDS.map((end) => `${path}${end}`));
      for (const path of mine) writeFileSync(path, "mine\n");
      let before = kills;
      for (;;) {
        const isLast = kills >= plan.kills;
        const ended = await runPageturn(
          [...victim.command, isToBegin(victim, folder) ? "--overwrite" : "--resume"],
          {
            ...run,
            onStart: (child) => {
              if (!isLast) setTimeout(() => child.kill("SIGKILL"), random() * plan.longestMs).unref();
            },
          },
        );
        for (const path of mine)
          if (readTextOf(path) !== "mine\n") differences.push(`${basename(path)} of the user has changed`);
        if (ended.signal !== "SIGKILL") {
          if (ended.code !== 0) differences.push(`${name} ended with ${ended.code}: ${ended.stderr}`);
          break;
        }
        kills += 1;
        for (const file of victim.replaces ? victim.files : []) {
          const problem = oldProblem(file);
          if (problem !== undefined)
            differences.push(`${basename(file.path)} ${problem} after ${kills - before} kills`);
        }
        const state = victim.files.map((file) => leftBehind(file, victim.replaces)).join("; ");
        left.set(state, (left.get(state) ?? 0) + 1);
      }
      before = kills - before;
      for (const path of mine) await rm(path);
      for (const { path, expected } of victim.files)
        if (rowsHash(path) !== expected)
          differences.push(`${basename(path)} has other rows after ${before} kills`);
      const verified = await runPageturn(["verify", ...victim.files.map(({ path }) => path)], run);
      if (verified.code !== 0) differences.push(`${name} cannot be verified: ${verified.stderr}`);
      const known = victim.files.flatMap(({ path }) => [basename(path), `${basename(path)}${MANIFEST}`]);
      const leftovers = namesOf(folder, `killed-${exports}`).filter((each) => !known.includes(each));
      if (leftovers.length > 0) differences.push(`${name} has left ${leftovers.join(", ")}`);
      plan.onExport?.(`${name}: ${before} kills, ${kills} of ${plan.kills}`);
      exports += 1;
      for (const each of known) await rm(join(folder, each));
    }
    return { kills, exports, leftBehind: Object.fromEntries(left), differences };
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

/** Activities are a minute apart, and the newest is at the begin of October 2026. */
function days(rows: number): Source {
  const end = Date.UTC(2026, 9, 1);
  const range = ["--created-at-gte", new Date(end - rows * 60_000).toISOString()];
  range.push("--created-at-lt", new Date(end).toISOString());
  return {
    list: ["compliance.activities", ...range, "--split-by", "day"],
    old: ["--fields", "id,created_at"],
  };
}

/** Files of a user may have such names. */
const OTHER_ENDS: readonly string[] = [".tmp", ".checkpoint.json.tmp", ".manifest.json.tmp", ".bak"];

/** The files that an export makes: those of the undisturbed run, under another name. */
function victimFiles(
  folder: string,
  { format, stem }: { format: string; stem: string },
): readonly VictimFile[] {
  const isRows = new RegExp(`^whole(?:-[-\\d]+)?\\.${format.replaceAll(".", "\\.")}$`);
  return namesOf(folder, "whole")
    .filter((name) => isRows.test(name))
    .map((name) => ({
      path: join(folder, name.replace("whole", stem)),
      expected: rowsHash(join(folder, name)),
      old: join(folder, name.replace("whole", "old")),
    }));
}

function namesOf(folder: string, begin: string): readonly string[] {
  return readdirSync(folder).filter(
    (name) => name.startsWith(begin) && /^[-.]/.test(name.slice(begin.length)),
  );
}

function readTextOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
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

/** Whether no old file has been replaced, and nothing has begun to. */
function isToBegin({ name, files, replaces }: Victim, folder: string): boolean {
  if (!replaces || existsSync(join(folder, `${name}.split.json`))) return false;
  return files.every(({ path, old }) => newFilesOf(path).length === 0 && rowsHash(path) === rowsHash(old));
}

function newFilesOf(path: string): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.new`));
}

/** What is wrong with a file that is being replaced: it has to be the old or the new one, whole and with its manifest. */
function oldProblem({ path, old, expected }: VictimFile): string | undefined {
  const hash = rowsHash(path);
  const isOld = hash === rowsHash(old);
  if (!isOld && hash !== expected) return "has neither the old nor the new rows";
  const isMoved = !isOld && existsSync(`${path}.new${MANIFEST}`);
  const manifest = readFileSync(isMoved ? `${path}.new${MANIFEST}` : `${path}${MANIFEST}`, "utf8");
  const isOldManifest = manifest === readFileSync(`${old}${MANIFEST}`, "utf8");
  return isOld === isOldManifest ? undefined : `has the manifest of the ${isOldManifest ? "old" : "new"} one`;
}

function leftBehind({ path, old }: VictimFile, replaces: boolean): string {
  if (!replaces) return progressOf(path);
  const hasNew = newFilesOf(path).length > 0;
  if (rowsHash(path) !== rowsHash(old)) return hasNew ? "replaced, not cleaned" : "replaced";
  return hasNew ? `old file, new: ${progressOf(`${path}.new`)}` : "old file";
}

function progressOf(path: string): string {
  if (existsSync(`${path}${MANIFEST}`)) return "manifest written";
  if (/\.sqlite(?:\.new)?$/.test(path)) return existsSync(path) ? "database" : "nothing";
  const state = readTextOf(`${path}.checkpoint.json`);
  if (state === undefined) return "nothing";
  if (state === "") return "empty state";
  const { rows, outcome }: { rows: number; outcome: unknown } = JSON.parse(state);
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
