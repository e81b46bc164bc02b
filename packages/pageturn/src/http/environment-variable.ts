/**
 * The value of a variable of the environment; `undefined` where it is not set, where there is no environment, and where the
 * program may not read it, as in Deno without `--allow-env`.
 */
export function readVariable(name: string): string | undefined {
  try {
    return globalThis.process?.env?.[name];
  } catch {
    return undefined;
  }
}

/** Whether the runtime lets the program read a variable of the environment. */
export function mayReadVariable(name: string): boolean {
  try {
    return globalThis.process?.env?.[name] !== null;
  } catch {
    return false;
  }
}
