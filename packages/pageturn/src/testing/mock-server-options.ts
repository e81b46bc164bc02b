import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";
import type { ContentCoding } from "./content-coding.ts";
import type { FaultScript } from "./faults/fault-script.ts";
import type { RateLimit } from "./rate-window.ts";

/** How the mock server behaves. Plain JSON throughout, since it crosses to another thread. */
export interface MockServerOptions {
  /**
   * How many items each list has: one number, or one for each endpoint id (`{ models: 7, "messages.batches":
   * 10_000 }`), 50 for those not named. A shape of a path for a beta (`beta.files`) has as many as the plain one.
   */
  readonly items?: number | Readonly<Record<string, number>>;
  /** Another seed gives other items, ids and cursors; the same seed always the same. 1 where it is left out. */
  readonly seed?: number;
  /**
   * The key it accepts, as `x-api-key` or as a bearer token; `sk-ant-test-key` where it is left out. `null`: no
   * key and no `anthropic-version` is asked for.
   */
  readonly apiKey?: string | null;
  /** Milliseconds before each answer; an array goes by page (the last one holds for all that follow). */
  readonly latencyMs?: number | readonly number[];
  /** Items are padded to at least this many bytes. */
  readonly itemBytes?: number;
  /** Compresses bodies so where the request accepts it; false where it is left out. */
  readonly compress?: ContentCoding | false;
  /** How many requests it allows in a time; a million a minute where it is left out. */
  readonly rateLimit?: RateLimit;
  /** What goes wrong; nothing where it is left out. */
  readonly script?: FaultScript;
  /** How many requests the log keeps; the newest 10,000 where it is left out. */
  readonly maxLoggedRequests?: number;
  /** Lists of your own, served besides the API's; one with the path of an API list goes before it. */
  readonly endpoints?: readonly ServedEndpoint[];
}
