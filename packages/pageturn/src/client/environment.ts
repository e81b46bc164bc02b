/** The trimmed value of an environment variable; undefined where it is unset, empty, or there is no environment. */
export function environment(name: string): string | undefined {
  const value = globalThis.process?.env?.[name]?.trim();
  return value === "" ? undefined : value;
}
