import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const modules = join(import.meta.dirname, "../../../node_modules");

/** The compilers, by the names of their scripts. */
export const compilers = {
  "TypeScript 7": join(modules, "@typescript/native/bin/tsc"),
  "TypeScript 6": join(modules, "typescript/bin/tsc6"),
} as const;

export type Compiler = keyof typeof compilers;

/** What the compiler says of a program that it has checked. */
export interface Checked {
  readonly totalMs: number;
  readonly checkMs: number;
  readonly files: number;
  readonly types: number;
  readonly instantiations: number;
  readonly memoryMb: number;
}

interface Settings {
  /** The script of the compiler. */
  readonly compiler: string;
  readonly skipLibCheck: boolean;
}

/** Type-checks a program as a strict project of Node would. A type error is an error. */
export async function typeCheck(file: string, { compiler, skipLibCheck }: Settings): Promise<Checked> {
  const options = {
    noEmit: true,
    strict: true,
    skipLibCheck,
    module: "nodenext",
    target: "es2023",
    lib: "ES2023,DOM,DOM.Iterable,DOM.AsyncIterable,ESNext.Disposable",
    types: "node",
    extendedDiagnostics: true,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, ...args, file]);
  const figure = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(stdout)?.[1] ?? Number.NaN);
  return {
    totalMs: figure("Total time") * 1000,
    checkMs: figure("Check time") * 1000,
    files: figure("Files"),
    types: figure("Types"),
    instantiations: figure("Instantiations"),
    memoryMb: figure("Memory used") / 1024,
  };
}
