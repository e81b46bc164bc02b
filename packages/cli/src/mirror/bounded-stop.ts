import { exitCodeOfSignal, StopRequest, type StopSignal } from "../stop-request.ts";

/** Kubernetes kills a process after 30 seconds. */
const LONGEST_END_MS = 28_000;

/**
 * Listens for Ctrl-C and SIGTERM while a mirror is open, and calls `onAsk` for the first one. What does not end by itself, such as a statement
 * that waits for a lock or a connection whose other side is gone, does not keep the process.
 */
export function boundedStop(onAsk: (signal: StopSignal) => void): StopRequest {
  return new StopRequest((signal) => {
    setTimeout(() => process.exit(exitCodeOfSignal(signal)), LONGEST_END_MS).unref();
    onAsk(signal);
  });
}
