import { workerData } from "node:worker_threads";
import { send } from "../send.ts";
import type { HttpRequest } from "../transport.ts";
import { UndiciTransport } from "../undici-transport.ts";
import { toFailure } from "./failure.ts";
import {
  ENDED,
  HEARTBEAT,
  HEARTBEAT_MS,
  REPLIES,
  type SyncCommand,
  type SyncOutcome,
  type WorkerSetup,
} from "./sync-protocol.ts";

/**
 * The entry of the worker thread behind the synchronous client: runs the same `send()` as the asynchronous
 * one and posts what came of it. Keep what it imports small: the first request waits for it.
 */

const { port, shared }: WorkerSetup = workerData;
const transport = new UndiciTransport();
/** Those of the request before: one object for all pages of a list, so that it is checked and written once. */
let headers: HttpRequest["headers"] = {};
const underWay = new Map<number, AbortController>();
let heart: NodeJS.Timeout | undefined;

// Loading undici takes longest, so it begins before the first request arrives; where it fails, that says so.
transport.open().catch(() => undefined);

function beat(): void {
  Atomics.add(shared, HEARTBEAT, 1);
  // Stopped here, not with the last reply: a walk would start and stop the timer with every page.
  if (heart !== undefined && underWay.size === 0) {
    clearInterval(heart);
    heart = undefined;
  }
}

function wakeCaller(): void {
  Atomics.add(shared, REPLIES, 1);
  Atomics.notify(shared, REPLIES);
}

/** The outcome's body in memory of its own, so that it can be handed over instead of copied. */
function ownBody(outcome: SyncOutcome): SyncOutcome {
  if (outcome === null || !("result" in outcome)) return outcome;
  const { result } = outcome;
  const { body } = result.response;
  // A part of a pool must not be handed over: the rest of the pool would go with it.
  if (body.byteLength === body.buffer.byteLength) return outcome;
  return { result: { ...result, response: { ...result.response, body: new Uint8Array(body) } } };
}

function reply(id: number, outcome: SyncOutcome): void {
  const owned = ownBody(outcome);
  const buffer = owned !== null && "result" in owned ? owned.result.response.body.buffer : null;
  port.postMessage({ id, outcome: owned }, buffer instanceof ArrayBuffer ? [buffer] : []);
  wakeCaller();
}

async function carry(command: Extract<SyncCommand, { kind: "send" }>): Promise<void> {
  const { id, options } = command;
  headers = command.headers ?? headers;
  const request = { ...command.request, headers };
  const controller = new AbortController();
  underWay.set(id, controller);
  heart ??= setInterval(beat, HEARTBEAT_MS);
  let outcome: SyncOutcome;
  try {
    outcome = { result: await send(transport, request, { ...options, signal: controller.signal }) };
  } catch (error) {
    outcome = { failure: toFailure(error) };
  }
  underWay.delete(id);
  reply(id, outcome);
}

port.on("message", (command: SyncCommand) => {
  if (command.kind === "send") void carry(command);
  else if (command.kind === "cancel") underWay.get(command.id)?.abort();
  else {
    // Not awaited: it lasts as long as the requests under way, and the caller is blocked meanwhile.
    transport.close().catch(() => undefined);
    setImmediate(() => reply(command.id, null));
  }
});

process.on("exit", () => {
  Atomics.store(shared, ENDED, 1);
  wakeCaller();
});
beat();
