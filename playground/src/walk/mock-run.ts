import type { MockServerOptions } from "pageturn/testing";

/** The header of a request to the mock server that carries its {@link MockRun}. */
export const RUN_HEADER = "x-playground-run";

/** One use of the mock server: each run has a server of its own, so that each plays the whole script. */
export interface MockRun {
  readonly id: string;
  readonly options: MockServerOptions;
}

/** Writes a run as the value of a header. */
export function writeRun(run: MockRun): string {
  return encodeURIComponent(JSON.stringify(run));
}
