// Runs snippets one after the other and writes down, one line of JSON each, how they ended and what they printed.
// Arguments: the folder, the seconds that each may take, then the files in the folder.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format, inspect } from "node:util";

const [home = "", seconds = "", ...files] = process.argv.slice(2);
const environment = { ...process.env };
let printed: string[] = [];
let stray: unknown = null;

function record(...values: unknown[]): void {
  printed.push(format(...values));
}

Object.assign(console, { log: record, info: record, warn: record, error: record, table: record });
process.on("unhandledRejection", (reason) => {
  stray = reason;
});
process.on("uncaughtException", (error) => {
  stray = error;
});

function tooLong(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new Error(`It did not end within ${seconds} seconds`)),
      Number(seconds) * 1000,
    ).unref();
  });
}

async function run(file: string): Promise<unknown> {
  try {
    await Promise.race([import(pathToFileURL(join(home, file)).href), tooLong()]);
    // What was not awaited has a moment to fail.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return stray;
  } catch (error) {
    return error ?? "It threw nothing at all";
  }
}

for (const file of files) {
  printed = [];
  stray = null;
  const error = await run(file);
  const result = { error: error === null ? null : inspect(error), printed };
  appendFileSync(join(home, "results.jsonl"), `${JSON.stringify(result)}\n`);
  Object.assign(process.env, environment);
}
process.exit();
