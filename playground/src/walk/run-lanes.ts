import type { Checkpoint } from "pageturn";
import { argumentsOf, type Setup } from "../setup/setup.ts";
import { aborted, pause } from "./aborted.ts";
import { openBackend, openClient, truthBackend } from "./backend.ts";
import { forgetWalk, type KeptWalk, keepWalk } from "./checkpoint-store.ts";
import { itemKey } from "./item-key.ts";
import { Lane } from "./lane.ts";
import { loopURL } from "./loop-url.ts";
import { type Chosen, openList, openWalk, openWhole } from "./open-list.ts";
import { plainLoop } from "./plain-loop.ts";
import { Recorder } from "./recorder.ts";
import { SILENCE_MS, TIMEOUT_MS } from "./time-limits.ts";

/** How often the checkpoint is written while a walk runs, in milliseconds. */
const KEEP_MS = 200;

/**
 * How many requests a lane may make: as many as end every list of the mock server that ends. The real API is not asked more often
 * without a click.
 */
function mostRequests({ source, items, pageSize }: Setup): number {
  return source === "api" ? 200 : 2 * Math.ceil(items / pageSize) + 20;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Called after each change of a lane. */
  readonly changed: () => void;
}

/** Begins a lane whose requests go to a backend of its own. */
function openLane({ setup, list }: Chosen, changed: () => void, earlier?: readonly string[]) {
  const backend = openBackend(setup);
  const recorder = new Recorder(backend.fetch, { itemsKey: list.itemsKey, changed });
  return { lane: new Lane(recorder, earlier), backend: { ...backend, fetch: recorder.fetch } };
}

/** A lane that has begun, and its end. It never rejects. */
export interface RunningLane {
  readonly lane: Lane;
  readonly done: Promise<void>;
}

/** Walks the list with pageturn. The checkpoint is kept after each page, and where the walk stops. */
export function runWalk(chosen: Chosen, { signal, changed }: RunOptions, kept?: KeptWalk): RunningLane {
  const { setup } = chosen;
  const { lane, backend } = openLane(chosen, changed, kept?.received);
  const client = openClient(backend, setup.source === "mock" ? { timeout: TIMEOUT_MS } : {});
  const run = async (): Promise<void> => {
    const walk = openWalk(openList(client, chosen, { signal }), chosen, kept?.checkpoint);
    let keptAt = 0;
    let isCut = false;
    const keep = (checkpoint: Checkpoint): void => {
      keptAt = performance.now();
      lane.isKept = keepWalk({ checkpoint, setup, received: lane.received });
    };
    try {
      for await (const item of walk) {
        lane.received.push(itemKey(item));
        // Before the work, so that a page that is left in the meantime continues after this item.
        if (performance.now() - keptAt > KEEP_MS) keep(walk.checkpoint);
        await work(item, { lane, workMs: setup.workMs, signal });
        changed();
        isCut = setup.source === "api" && lane.records.length >= mostRequests(setup);
        if (signal.aborted || isCut) break;
      }
    } finally {
      keep(walk.checkpoint);
    }
    if (isCut) lane.ending = { how: "cut", why: "requests" };
    if (signal.aborted || isCut) return;
    const { complete = false, incompleteBecause: because = null } = walk.outcome ?? {};
    if (complete) forgetWalk();
    lane.ending = { how: "ended", complete, because };
  };
  return { lane, done: settle(lane, run(), { signal, changed }) };
}

/** Runs the plain loop, until it ends or does not end. */
export function runLoop(chosen: Chosen, { signal, changed }: RunOptions): RunningLane {
  const { setup, list } = chosen;
  const { lane, backend } = openLane(chosen, changed);
  const limit = mostRequests(setup);
  const watch = new AbortController();
  const fetch: typeof globalThis.fetch = (input, init) =>
    backend.fetch(input, { ...init, signal: AbortSignal.any([signal, watch.signal]) });
  const silence = setInterval(() => {
    if (lane.recorder.now() - lane.lastNews > SILENCE_MS) watch.abort("silence");
  }, 100);
  const run = async (): Promise<void> => {
    const headers = { "anthropic-version": "2023-06-01", ...betaHeader(list) };
    const url = new URL(backend.baseURL + loopURL(argumentsOf(setup, list), list));
    for await (const item of plainLoop({ url, headers, fetch, list })) {
      lane.received.push(itemKey(item));
      await work(item, { lane, workMs: setup.workMs, signal });
      changed();
      if (lane.records.length > limit) watch.abort("requests");
      if (watch.signal.aborted || signal.aborted) return;
    }
    lane.ending = { how: "ended", complete: null, because: null };
  };
  const either = AbortSignal.any([signal, watch.signal]);
  const done = settle(lane, Promise.race([run(), aborted(either)]), { signal: either, changed }).then(() => {
    clearInterval(silence);
    if (watch.signal.aborted) lane.ending = { how: "cut", why: watch.signal.reason };
    changed();
  });
  return { lane, done };
}

function betaHeader({ betaHeader: betas }: Chosen["list"]): Record<string, string> {
  return betas.length === 0 ? {} : { "anthropic-beta": betas.join(",") };
}

/** Reads the whole list without faults; `null` for the real API. Rejects when the signal fires. */
export async function readTruth(chosen: Chosen, signal: AbortSignal): Promise<readonly string[] | null> {
  const backend = truthBackend(chosen.setup);
  if (backend === null) return null;
  await backend.ready(signal);
  const items = await openWhole(openClient(backend), chosen, { signal }).toArray();
  return items.map(itemKey);
}

async function settle(lane: Lane, run: Promise<void>, { signal, changed }: RunOptions): Promise<void> {
  try {
    await run;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    lane.ending = { how: "failed", name, message };
  }
  if (signal.aborted) lane.ending = { how: "stopped" };
  changed();
}

interface Work extends Pick<Setup, "workMs">, Pick<RunOptions, "signal"> {
  readonly lane: Lane;
}

/** The program works on an item, until the signal fires. */
async function work(item: unknown, { lane: { recorder }, workMs, signal }: Work): Promise<void> {
  recorder.use(item);
  if (workMs > 0) await pause(workMs, signal);
  recorder.use(item);
}
