import type { Checkpoint } from "../errors/checkpoint.ts";
import type { RequestOptions } from "../http/request-options.ts";

/** What every `list()` takes besides its parameters. */
export interface SyncListOptions extends RequestOptions {
  /** Go on from here instead of beginning at the front. The parameters must be those of the list it was taken from. */
  readonly resumeFrom?: Checkpoint | undefined;
}

/** What every `list()` of the async client takes besides its parameters. */
export interface AsyncListOptions extends SyncListOptions {
  /** Ends the requests of the list, and the waiting between them, when it fires. */
  readonly signal?: AbortSignal | undefined;
}
