import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./all-snippets.ts";
import { compilerOptions } from "./compiler-options.ts";
import { exportedNames, missingImport } from "./exported-names.ts";
import type { Snippet } from "./snippet.ts";

/** What one snippet did. */
export interface SnippetRun {
  /** Null where it ran to its end. */
  readonly error: string | null;
  readonly printed: readonly string[];
}

const source = join(root, "packages/pageturn/src");
const entries = [
  "pageturn",
  "pageturn/catalog",
  "pageturn/strategies",
  "pageturn/tanstack-query",
  "pageturn/testing",
].map((from) => ({
  from,
  names: exportedNames(join(source, `${from.split("/").at(-1)}.ts`)),
}));

/** A user's project, with a file for each snippet. */
export class SnippetProject {
  readonly #home = mkdtempSync(join(tmpdir(), "pageturn-docs-"));
  readonly #files: readonly string[];
  readonly #runnable: readonly string[];

  /** `hosts` are what stands for the hosts in the snippets of a file: text is replaced by text. */
  constructor(snippets: readonly Snippet[], hosts: (file: string) => Readonly<Record<string, string>>) {
    this.#files = snippets.map(
      ({ language }, index) => `snippet-${index}.${language.startsWith("ts") ? "ts" : "mjs"}`,
    );
    this.#runnable = this.#files.filter((_, index) => snippets[index]?.language !== "ts no-run");
    symlinkSync(join(root, "node_modules"), join(this.#home, "node_modules"), "junction");
    mkdirSync(join(this.#home, "data"));
    this.#write("package.json", JSON.stringify({ type: "module", private: true }));
    this.#write("tsconfig.json", JSON.stringify({ compilerOptions, files: this.#files }));
    for (const [index, file] of this.#files.entries()) {
      const { code = "", file: from = "" } = snippets[index] ?? {};
      const text = Object.entries(hosts(from)).reduce(
        (before, [host, to]) => before.replaceAll(host, to),
        code,
      );
      // On one line, so that the code's line is the file's less one.
      this.#write(file, `export {}; ${preludeOf(from, code)}\n${text}\n`);
    }
  }

  /** Type-checks all snippets: the messages for each, lines counted in the snippet from 1. */
  async check(): Promise<string[][]> {
    const output = await run([join(root, "node_modules/@typescript/native/bin/tsc"), "-p", "."], {
      cwd: this.#home,
    });
    const problems: string[][] = this.#files.map(() => []);
    for (const [, index = "", line = "", message = ""] of output.matchAll(
      /^snippet-(\d+)\.\w+\((\d+),\d+\): (.*(?:\n {2}.*)*)/gm,
    ))
      problems[Number(index)]?.push(`line ${Number(line) - 1}: ${message}`);
    if (output !== "" && problems.every(({ length }) => length === 0)) throw new Error(output);
    return problems;
  }

  /**
   * Runs all snippets but those marked `no-run`, one after the other in one process. What did not come to its turn is
   * undefined. Each may take 60 seconds, or as many as `seconds` says.
   */
  async run(env: Readonly<Record<string, string>>, seconds = 60): Promise<(SnippetRun | undefined)[]> {
    const runner = fileURLToPath(new URL("./run-snippets.ts", import.meta.url));
    this.#write("results.jsonl", "");
    const cwd = join(this.#home, "data");
    await run([runner, this.#home, String(seconds), ...this.#runnable], {
      cwd,
      env: { ...process.env, NODE_OPTIONS: "", ...env },
    });
    const lines = readFileSync(join(this.#home, "results.jsonl"), "utf8").split("\n");
    return this.#files.map((file) => {
      const line = lines[this.#runnable.indexOf(file)];
      return line === undefined || line === "" ? undefined : JSON.parse(line);
    });
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.#home, file), text);
  }
}

/** Documents are complete. An example in a doc comment has around it what its file, and the library, export. */
function preludeOf(file: string, code: string): string {
  if (!file.endsWith(".ts")) return "";
  const publicImports = entries.map(({ from, names }) => missingImport(code, names, from)).join("");
  const known = new Set(entries.flatMap(({ names }) => [...names.keys()]));
  const own = [...exportedNames(join(root, file))].filter(([name]) => !known.has(name));
  // What no entry exports is in no file of its own in dist.
  return publicImports + missingImport(code, new Map(own), file.replace("packages/", "./node_modules/"));
}

/** Runs a script of Node to its end and gives what it printed. */
function run(args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, timeout: 200_000 });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}
