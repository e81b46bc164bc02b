import type { ExportIdentity } from "./export-state.ts";
import { readState } from "./export-state.ts";
import { findNewExport } from "./export-target.ts";
import { fileProblem } from "./file-problem.ts";
import type { Format } from "./formats.ts";
import { exists } from "./json-file.ts";
import { readManifest } from "./manifest.ts";

/**
 * The parameters that an export was begun with, if the filters were typed as now: with `-7d`, the times of the first command are
 * those of the export.
 */
export async function savedParameters(
  file: string,
  { format, typed }: { format: Format; typed: readonly string[] },
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const identity = await savedIdentity(file, format).catch((error: unknown) => {
    throw fileProblem(error, file);
  });
  return JSON.stringify(identity?.typed) === JSON.stringify(typed) ? identity?.parameters : undefined;
}

async function savedIdentity(file: string, format: Format): Promise<ExportIdentity | undefined> {
  const begun = await findNewExport(file, format);
  if (begun !== undefined) return begun.state?.identity;
  const state =
    format === "sqlite" ? await (await import("./sqlite-database.ts")).stateIn(file) : await readState(file);
  if (state !== undefined) return state.identity;
  // The times of a file that is gone are none of a new one.
  return (await exists(file)) ? readManifest(file) : undefined;
}
