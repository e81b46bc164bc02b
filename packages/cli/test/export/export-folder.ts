import { readFileSync } from "node:fs";
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
