import type { MessagePort } from "node:worker_threads";
import type { SendOptions, SendResult } from "../send.ts";
import type { HttpRequest } from "../transport.ts";
import type { Failure } from "./failure.ts";

/** How a request is sent from a synchronous caller. There is no signal: nobody could fire it meanwhile. */
export type SyncSendOptions = Omit<SendOptions, "signal" | "timing">;

/** What the calling thread hands to its worker at the start. */
export interface WorkerSetup {
  readonly port: MessagePort;
  /** Shared memory, see {@link REPLIES}, {@link HEARTBEAT}, {@link ENDED}. */
  readonly shared: Int32Array<SharedArrayBuffer>;
}

/** Index of the count of replies posted: what the calling thread sleeps on. */
export const REPLIES = 0;
/** Index of a count that moves at least every {@link HEARTBEAT_MS} while requests are under way. */
export const HEARTBEAT = 1;
/** Index of the flag that the worker sets when it ends. */
export const ENDED = 2;

/** How often the worker shows that its event loop turns. */
export const HEARTBEAT_MS = 250;

/** From the calling thread to the worker. */
export type SyncCommand =
  | {
      readonly kind: "send";
      readonly id: number;
      readonly request: Omit<HttpRequest, "headers">;
      /** Null for those of the request before: the pages of a list share them. */
      readonly headers: HttpRequest["headers"] | null;
      readonly options: SyncSendOptions;
    }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "close"; readonly id: number };

/** How a request ended: answered, or not. Null for a `close`. */
export type SyncOutcome = { readonly result: SendResult } | { readonly failure: Failure } | null;

/** From the worker to the calling thread. */
export interface SyncReply {
  readonly id: number;
  readonly outcome: SyncOutcome;
}
