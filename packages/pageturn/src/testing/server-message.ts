import type { FaultScript } from "./faults/fault-script.ts";
import type { LoggedRequest } from "./logged-request.ts";

/** What the handle asks of the server thread. */
export type ServerCommand =
  | { readonly command: "requests" }
  | { readonly command: "clear" }
  | { readonly command: "script"; readonly script: FaultScript }
  | { readonly command: "close" };

/** A command with the number its reply carries. */
export interface ServerCall {
  readonly call: number;
  readonly command: ServerCommand;
}

/** What the server thread says. */
export type ServerReply =
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "done"; readonly call: number; readonly requests: readonly LoggedRequest[] };
