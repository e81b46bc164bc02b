import { ConfigurationError } from "../errors/configuration-error.ts";

/** Tells at once what the sync client cannot do: its thread is blocked, so nothing there could run or fire. */
export function refuseAsyncOptions(options: object, names: readonly string[]): void {
  for (const name of names) {
    if (Reflect.get(options, name) === undefined) continue;
    throw new ConfigurationError(
      `Cannot use the option ${name} in the sync client as it blocks the thread that ${name} would run on. Use AsyncAnthropic`,
    );
  }
}
