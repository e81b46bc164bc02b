import { workerData } from "node:worker_threads";
import { NodeTransport } from "../node-transport.ts";
import { send } from "../send.ts";
import type { HttpRequest, TLSOptions } from "../transport.ts";
import {
  ENDED,
  HEARTBEAT,
  HEARTBEAT_MS,
  REPLIES,
  type SyncCommand,
  type SyncOutcome,
  toFailure,
  type WorkerSetup,
} from "./sync-protocol.ts";

/**
 * The entry of the worker thread behind the synchronous client: runs the same `send()` as the asynchronous
 * one and posts its result. Keep what it imports small: the first request waits for it.
 */

const { port, shared, network }: WorkerSetup = workerData;
process.getBuiltinModule("node:dns").setDefaultResultOrder(network.dnsResultOrder);
const net = process.getBuiltinModule("node:net");
net.setDefaultAutoSelectFamily(network.autoSelectFamily);
net.setDefaultAutoSelectFamilyAttemptTimeout(network.autoSelectFamilyAttemptTimeout);

/** The connections of one client and its clones. */
interface Pool {
  readonly transport: NodeTransport;
  /** Closes the pool after a while without requests. */
  readonly idle: NodeJS.Timeout;
  /** How many requests are under way on it. */
  busy: number;
}

/** By then all its idle connections have been closed. */
const POOL_IDLE_MS = 60_000;

/** A program that makes a client for every call would run out of sockets before the idle ones are closed. */
const MAX_POOLS = 32;

/** The pools by their ids, the least recently used first. */
const pools = new Map<number, Pool>();
/** Those of the request before: one object for all pages of a list, so that it is checked and written once. */
let headers: HttpRequest["headers"] = {};
const underWay = new Map<number, AbortController>();
let heart: NodeJS.Timeout | undefined;

/** The pool for one more request. */
function poolOf(id: number, tls: TLSOptions | undefined): Pool {
  // A program that never yields drops clients without a word: nothing is collected in it.
  const pool = pools.get(id) ?? {
    transport: new NodeTransport({ tls }),
    idle: setTimeout(() => closeIdle(id), POOL_IDLE_MS),
    busy: 0,
  };
  pool.busy += 1;
  pools.delete(id);
  pools.set(id, pool);
  pool.idle.refresh();
  if (pools.size > MAX_POOLS) closeOldest();
  return pool;
}

/** Closes the pool that has not been used for longest; not one whose answers somebody waits for. */
function closeOldest(): void {
  const oldest = [...pools].find(([, { busy }]) => busy === 0);
  if (oldest !== undefined) close(oldest[0]);
}

function closeIdle(id: number): void {
  const pool = pools.get(id);
  if (pool?.busy === 0) close(id);
  else pool?.idle.refresh();
}

function close(id: number): void {
  const pool = pools.get(id);
  if (pool === undefined) return;
  pools.delete(id);
  clearTimeout(pool.idle);
  // Not awaited: it lasts as long as the requests under way.
  pool.transport.close().catch(() => undefined);
}

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

/** The outcome's body in memory of its own, so that it can be transferred instead of copied. */
function ownBody(outcome: SyncOutcome): SyncOutcome {
  if (!("result" in outcome)) return outcome;
  const { result } = outcome;
  const { body } = result.response;
  // A part of a pool must not be transferred: the rest of the pool would go with it.
  if (body.byteLength === body.buffer.byteLength) return outcome;
  return { result: { ...result, response: { ...result.response, body: new Uint8Array(body) } } };
}

function reply(id: number, outcome: SyncOutcome): void {
  const owned = ownBody(outcome);
  const buffer = "result" in owned ? owned.result.response.body.buffer : null;
  port.postMessage({ id, outcome: owned }, buffer instanceof ArrayBuffer ? [buffer] : []);
  wakeCaller();
}

async function carry(command: Extract<SyncCommand, { kind: "send" }>): Promise<void> {
  const { id, options } = command;
  const pool = poolOf(command.pool, command.tls);
  headers = command.headers ?? headers;
  const request = { ...command.request, headers };
  const controller = new AbortController();
  underWay.set(id, controller);
  heart ??= setInterval(beat, HEARTBEAT_MS);
  let outcome: SyncOutcome;
  try {
    outcome = { result: await send(pool.transport, request, { ...options, signal: controller.signal }) };
  } catch (error) {
    outcome = { failure: toFailure(error) };
  }
  underWay.delete(id);
  pool.busy -= 1;
  if (pools.size > MAX_POOLS) closeOldest();
  reply(id, outcome);
}

port.on("message", (command: SyncCommand) => {
  if (command.kind === "send") void carry(command);
  else if (command.kind === "cancel") underWay.get(command.id)?.abort();
  else close(command.pool);
});

process.on("exit", () => {
  Atomics.store(shared, ENDED, 1);
  wakeCaller();
});
beat();
