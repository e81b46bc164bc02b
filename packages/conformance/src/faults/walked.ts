import type { Checkpoint } from "pageturn";
import type { FaultCase, ListName } from "./fault-case.ts";

/** How a walk came to its end. */
export type WalkEnd =
  /** `complete`: what the client says of it; null where it says nothing. */
  | { readonly kind: "done"; readonly complete: boolean | null }
  | { readonly kind: "error"; readonly error: unknown; readonly checkpoint: Checkpoint | null }
  /** It was ended from outside: too many requests, or no progress for too long. */
  | { readonly kind: "cut"; readonly by: "requests" | "time" };

/** What became of one walk. */
export interface Walked {
  /** The keys of the items that were handed out, in order. */
  readonly keys: readonly string[];
  readonly end: WalkEnd;
}

/** One walk to make. */
export interface WalkOrder {
  readonly list: ListName;
  readonly url: string;
  readonly apiKey: string;
  readonly played: Pick<FaultCase, "key" | "timeout" | "retries">;
  /** Whether items that come again are to be dropped, where the client can. */
  readonly distinct?: boolean;
  readonly resumeFrom?: Checkpoint;
}

/** A client under test. */
export type Walker = (order: WalkOrder) => Promise<Walked>;

/** Many times what any of the lists needs. */
export const mostRequests = 300;
/** No walk that goes on takes so long from one request to the next. */
export const mostMs = 15_000;

/** What tells an item from others; one that is no object, or lacks the field, is shown whole. */
export function keyOf(item: unknown, field = "id"): string {
  const value: unknown = typeof item === "object" && item !== null ? Reflect.get(item, field) : undefined;
  return typeof value === "string" ? value : JSON.stringify(item);
}
