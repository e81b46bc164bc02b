import { basename } from "node:path";
import { plainName } from "../catalog/list-arguments.ts";
import { UsageError } from "../failure.ts";
import { type ExportJob, startAgain, targetOf } from "./export-job.ts";
import { type ExportIdentity, identityOf } from "./export-state.ts";
import { shellCommand } from "./shell-command.ts";

/** What {@link refuseOther} compares with a job. */
export interface Begun {
  /** The file that the user asked for; `undefined` if it does not matter. */
  readonly file?: string | undefined;
  readonly identity: ExportIdentity;
}

/** Throws `UsageError` if a job is not the one that was begun: their rows would be mixed. */
export function refuseOther(begun: Begun, job: ExportJob, { isFinished = false } = {}): void {
  const before = inWords(begun.identity);
  const now = inWords(identityOf(job));
  if (begun.file !== undefined) {
    before.set("file", `the file ${begun.file}`);
    now.set("file", `the file ${basename(targetOf(job))}`);
  }
  const names = [...new Set([...before.keys(), ...now.keys()])];
  const changed = names.filter((name) => before.get(name) !== now.get(name));
  if (changed.length === 0) return;
  const said = (values: ReadonlyMap<string, string>) =>
    changed.map((name) => values.get(name) ?? `no ${name}`).join(", ");
  throw new UsageError(
    `Cannot resume ${targetOf(job)} because it was ${isFinished ? "exported" : "begun"} with other parameters: ` +
      `it has ${said(before)}, and this command has ${said(now)}. ` +
      `${isFinished ? "Rename or remove it" : "Repeat the first command with --resume"}, or ${startAgain(job)}`,
  );
}

/** What an export is about, as it is typed, each by the name of its option. */
function inWords(identity: ExportIdentity): Map<string, string> {
  const { baseURL, workspace, apiVersion, format, endpoint, path, parameters, fields, distinctBy } = identity;
  const words = new Map([
    ["list", `the list ${endpoint}`],
    ["path", `the path ${path}`],
    ["--base-url", `--base-url ${baseURL}`],
    ["--format", `--format ${format}`],
  ]);
  const add = (name: string, value: unknown) => {
    if (value === null || value === undefined || value === false) return;
    const typed = Array.isArray(value)
      ? value.join(",")
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
    words.set(name, value === true ? name : shellCommand([name, typed]));
  };
  add("--workspace", workspace);
  add("--api-version", apiVersion);
  add("--fields", fields);
  add("--distinct-by", distinctBy);
  add("--csv-safe", identity.csvSafe);
  add("--parallel", identity.parallel);
  for (const [name, value] of Object.entries(parameters)) {
    const option = `--${plainName(name)}`;
    if (value === false) words.set(option, `${option}=false`);
    else add(option, value);
  }
  return words;
}
