import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MockServer, type MockServerOptions, startMockServer } from "pageturn/testing";
import { onTestFinished } from "vitest";
import { type Ended, type RunOptions, runPageturn } from "../../scripts/run-pageturn.ts";

/** A folder, a server, and the command that writes from one to the other. They are gone when the test ends. */
export interface ExportFolder {
  readonly server: MockServer;
  readonly folder: string;
  path(file: string): string;
  text(file: string): string;
  json(file: string): Record<string, unknown>;
  run(args: readonly string[], options?: Partial<RunOptions>): Promise<Ended>;
  /** A function that gives the folder the files that it has now, and no others. */
  keep(): () => void;
}

export async function exportFolder(options: MockServerOptions = {}): Promise<ExportFolder> {
  const folder = await mkdtemp(join(tmpdir(), "pageturn-export-"));
  const server = await startMockServer(options);
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const path = (file: string) => join(folder, file);
  const text = (file: string) => readFileSync(path(file), "utf8");
  return {
    server,
    folder,
    path,
    text,
    json: (file) => JSON.parse(text(file)),
    run: (args, more) => runPageturn(args, { cwd: folder, server, ...more }),
    keep: () => {
      const kept = readdirSync(folder).map((name) => [path(name), readFileSync(path(name))] as const);
      return () => {
        for (const name of readdirSync(folder)) rmSync(path(name));
        for (const [file, bytes] of kept) writeFileSync(file, bytes);
      };
    },
  };
}

/** The ids in a file of JSON Lines. */
export function idsOf(text: string): readonly string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line): { id: string } => JSON.parse(line))
    .map(({ id }) => id);
}

/** Options of Node that kill the process before its n-th rename, removal or opening of a file in the folder of the export. */
export function killAt(count: number): readonly string[] {
  const code = `import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
let left = ${count};
for (const name of ["rename", "rm", "open"]) {
  const original = fs[name];
  fs[name] = (file, ...rest) => {
    if (/\\.new|\\.manifest|\\.checkpoint|\\.split|^m[.-]/.test(file)) left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
    return original(file, ...rest);
  };
}
syncBuiltinESMExports();`;
  return ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
}

/** Options of Node that let the process begin at another time. */
export function clockAt(time: string): readonly string[] {
  const code = `const ahead = Date.parse(${JSON.stringify(time)}) - Date.now();
globalThis.Date = class extends Date {
  constructor(...args) {
    if (args.length === 0) super(Date.now());
    else super(...args);
  }
  static now() {
    return super.now() + ahead;
  }
};`;
  return ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
}
