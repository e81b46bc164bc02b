/** One request the mock server received. */
export interface LoggedRequest {
  /** Counts from 1 since the server was started. The first of a log is above 1 where older ones were dropped. */
  readonly number: number;
  readonly method: string;
  /** The path as it was sent, percent-encoding included. */
  readonly path: string;
  /** The query in the order it was sent, decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** The same query by name; a name that came more than once has its values in order. */
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** Lower-case names; credentials read `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `request-id` of the answer. */
  readonly requestId: string;
  /** Null where no status was sent, or not yet. */
  readonly status: number | null;
  /** How many items were answered; null where the answer was no page or did not get through whole. */
  readonly items: number | null;
  /** The fault that was played on it. */
  readonly fault: string | null;
}
