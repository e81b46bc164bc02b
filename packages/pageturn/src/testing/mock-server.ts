import type { FaultScript } from "./faults/fault-script.ts";
import type { LoggedRequest } from "./logged-request.ts";

/** A running mock server. */
export interface MockServer extends AsyncDisposable {
  /** The base URL, without a slash at the end: `http://127.0.0.1:40123`. */
  readonly url: string;
  /** The key it accepts; an empty text where it accepts any. */
  readonly apiKey: string;
  /** What it was asked, in order of arrival. Where the log dropped the oldest, the first `number` tells how many. */
  requests(): Promise<readonly LoggedRequest[]>;
  /** Forgets the requests so far. Their numbers are not used again. */
  clearRequests(): Promise<void>;
  /** Plays this script from the next request on, from its beginning; `[]` for no faults. */
  setScript(script: FaultScript): Promise<void>;
  /** Ends all connections and the thread. It can be called more than once. */
  close(): Promise<void>;
}
