import type { ExportIdentity } from "./export-state.ts";
import { isState } from "./export-state.ts";
import { stateFileOf } from "./file-names.ts";
import { exists } from "./file-sink.ts";
import type { Format } from "./formats.ts";
import { readJSONFile } from "./json-file.ts";
import { readManifest } from "./manifest.ts";

/**
 * The parameters that an export was begun with, if the filters were typed as now: with `-7d`, the times of the first command are
 * those of the export.
 */
export async function savedParameters(
  file: string,
  { format, typed }: { format: Format; typed: readonly string[] },
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const identity = await savedIdentity(file, format);
  return JSON.stringify(identity?.typed) === JSON.stringify(typed) ? identity?.parameters : undefined;
}

async function savedIdentity(file: string, format: Format): Promise<ExportIdentity | undefined> {
  const manifest = await readManifest(file);
  if (manifest !== undefined) return manifest;
  if (format === "sqlite" && (await exists(file))) return (await import("./sqlite-sink.ts")).identityIn(file);
  const state = await readJSONFile(stateFileOf(file));
  return isState(state) ? state.identity : undefined;
}
