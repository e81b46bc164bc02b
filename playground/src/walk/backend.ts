import { AsyncAnthropic, type AsyncClientOptions } from "pageturn";
import { mockOptions, type Setup } from "../setup/setup.ts";
import { RUN_HEADER, writeRun } from "./mock-run.ts";

/** Where the requests of one run go. */
export interface Backend {
  readonly baseURL: string;
  readonly fetch: typeof fetch;
}

/** What the server of this page keeps as the key of the real API: a variable or a profile. `null` without it. */
export function keySource(): string | null {
  return document.querySelector<HTMLMetaElement>("meta[name=pageturn-key]")?.content || null;
}

/** A backend that plays the faults of the setup; each has its own mock server. */
export function openBackend(setup: Setup): Backend {
  if (setup.source === "api") return { baseURL: below("api"), fetch: (...args) => fetch(...args) };
  return mockBackend(setup);
}

/** Where the whole list is read without faults, to compare; `null` for the real API. */
export function truthBackend(setup: Setup): Backend | null {
  return setup.source === "api" ? null : mockBackend({ ...setup, faults: [], latencyMs: 0 });
}

function mockBackend(setup: Setup): Backend {
  const run = writeRun({ id: crypto.randomUUID(), options: mockOptions(setup) });
  return {
    baseURL: below("mock"),
    fetch: async (input, init) => {
      await mockServer();
      const headers = new Headers(init?.headers);
      headers.set(RUN_HEADER, run);
      return fetch(input, { ...init, headers });
    },
  };
}

/** A client without a key: the mock server needs none, and the proxy adds it. */
export function openClient({ baseURL, fetch }: Backend, options: AsyncClientOptions = {}): AsyncAnthropic {
  return new AsyncAnthropic({ ...options, baseURL, fetch, defaultHeaders: { "x-api-key": null } });
}

function below(path: string): string {
  return new URL(path, document.baseURI).href;
}

let starting: Promise<void> | undefined;

/** Starts the mock server. Rejects where the browser has no service workers. */
function mockServer(): Promise<void> {
  starting ??= startMockServer().catch((error: unknown) => {
    // Another attempt may succeed.
    starting = undefined;
    throw error;
  });
  return starting;
}

async function startMockServer(): Promise<void> {
  const { serviceWorker: workers } = navigator;
  if (workers === undefined) {
    throw new Error(
      "Cannot start the mock server because this page has no service workers: open it over https or on localhost, and not in a private window",
    );
  }
  await workers.register(below("service-worker.js"), { scope: below("./") });
  const { active } = await workers.ready;
  if (workers.controller !== null) return;
  const controlled = new Promise<void>((resolve) => {
    workers.addEventListener("controllerchange", () => resolve(), { once: true });
  });
  // A page that was loaded past the cache has no controller until the worker claims it.
  active?.postMessage("claim");
  await controlled;
}
