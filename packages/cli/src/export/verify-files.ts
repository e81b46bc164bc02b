import { incompleteness } from "../command-words.ts";
import { CommandError, EXIT, exitCodeOf, UsageError } from "../failure.ts";
import { type MessageOptions, messages } from "../messages.ts";
import { manifestFileOf } from "./file-names.ts";
import { isFormat } from "./formats.ts";
import { exists } from "./json-file.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { counted } from "./progress-text.ts";
import { type FileFacts, readFacts } from "./read-facts.ts";
import { type RowsDigest, rowsDigest } from "./rows-digest.ts";

/**
 * Checks all files against their manifests, and says what differs. The exit code is 3 if one differs, or else 2 if one has no
 * manifest.
 */
export async function verifyFiles(files: readonly string[], options: MessageOptions): Promise<void> {
  const { info, error: fail } = messages(options);
  const codes: number[] = [];
  for (const file of files) {
    try {
      const manifest = await manifestOf(file);
      const differences = await verifyFile(file, manifest);
      for (const difference of differences) fail(`${file}: ${difference}`);
      if (differences.length > 0) codes.push(EXIT.incomplete);
      else {
        const count = counted(manifest.rows, "item");
        info(`${file}: ${count}, as exported on ${manifest.endedAt}${ending(manifest)}`);
      }
    } catch (error) {
      const code = exitCodeOf(error);
      if (code === null || !(error instanceof Error)) throw error;
      fail(error.message);
      codes.push(code);
    }
  }
  if (codes.length > 0) process.exitCode = Math.max(...codes);
}

async function manifestOf(file: string): Promise<Manifest> {
  const manifest = await readManifest(file).catch((error: unknown) => {
    throw error instanceof CommandError
      ? new CommandError(error.message, EXIT.usage, { cause: error })
      : error;
  });
  if (manifest === undefined) {
    throw new UsageError(
      `Cannot verify ${file} because it has no manifest: there is no ${manifestFileOf(file)}`,
    );
  }
  if (!(await exists(file)))
    throw new CommandError(`${file} is missing; its manifest is there`, EXIT.incomplete);
  return manifest;
}

function ending({ outcome }: Manifest): string {
  if (outcome.reason === "maxItems") return ". It has as many as --max-items said: the list may have more";
  return outcome.complete ? "" : `. The list was not complete: ${incompleteness(outcome) ?? outcome.reason}`;
}

/** What differs between a file and its manifest, a sentence each. */
async function verifyFile(file: string, manifest: Manifest): Promise<readonly string[]> {
  const { format } = manifest;
  if (!isFormat(format)) return [`the format ${format} is not known`];
  let digest: RowsDigest;
  let facts: FileFacts;
  try {
    digest = await rowsDigest(file, format);
    facts = await readFacts(file, format);
  } catch (error) {
    return [`it cannot be read as ${format}: ${error instanceof Error ? error.message : String(error)}`];
  }
  // They say where other rows begin. An escaped id is another text.
  const hasIds =
    digest.sha256 !== manifest.sha256 &&
    (manifest.fields === null || manifest.fields.includes("id")) &&
    !manifest.csvSafe;
  return [
    ...difference("size", digest.bytes, manifest.bytes),
    ...difference("number of items", facts.rows, manifest.rows),
    ...(hasIds ? difference("id of the first item", facts.firstId, manifest.firstId) : []),
    ...(hasIds ? difference("id of the last item", facts.lastId, manifest.lastId) : []),
    ...difference("SHA-256 of the rows", digest.sha256, manifest.sha256),
  ];
}

function difference(
  name: string,
  found: string | number | null,
  expected: string | number | null,
): readonly string[] {
  if (found === expected) return [];
  return [`the ${name} is ${found ?? "not there"} and was ${expected ?? "not there"}`];
}
