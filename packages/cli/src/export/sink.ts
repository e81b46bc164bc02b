import type { ExportState } from "./export-state.ts";

/** Where the rows of an export go. */
export interface Sink {
  /** The name of what holds the state, for messages. */
  readonly stateName: string;
  /** The state of what is there: rows that came after it are gone. */
  readonly state: ExportState;
  /** Adds an item. They are safe with the next commit. Returns a promise if the caller has to wait. */
  add(item: unknown): Promise<void> | undefined;
  /** Makes the items so far and the state last together. Sets `state.bytes`. Throws as {@link check} does. */
  commit(state: ExportState): Promise<void>;
  /** Makes the file that the user asked for out of what was committed. */
  finish(): Promise<void>;
  /** Throws `ChangedFile` if the file is not the one that the sink has written: another program has changed or removed it. */
  check(): Promise<void>;
  /** Called when the file is closed and its manifest was written: removes what is needed only to go on, where the list is complete. */
  clean(): Promise<void>;
  /** Closes the file. Items that were not committed are dropped. It can be called again. */
  close(): Promise<void>;
}

/** How to open a sink. */
export interface SinkMode {
  /** Go on with what is there. */
  readonly resume: boolean;
  /** Replace what is there. */
  readonly overwrite: boolean;
}
