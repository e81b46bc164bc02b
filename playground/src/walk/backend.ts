import { AsyncAnthropic, type AsyncClientOptions } from "pageturn";
import { mockOptions, type Setup } from "../setup/setup.ts";
import { aborted } from "./aborted.ts";
import { RUN_HEADER, writeRun } from "./mock-run.ts";

/** Where the requests of one run go. */
export interface Backend {
  readonly baseURL: string;
  readonly fetch: typeof fetch;
  /** Waits until requests can be sent. Rejects where they never can, or when the signal fires. */
  ready(signal: AbortSignal): Promise<void>;
}

/** What the server of this page keeps as the key of the real API: a variable or a profile. `null` without it. */
export function keySource(): string | null {
  return document.querySelector<HTMLMetaElement>("meta[name=pageturn-key]")?.content || null;
}

/** A backend that plays the faults of the setup; each has its own mock server. */
export function openBackend(setup: Setup): Backend {
  if (setup.source === "api") {
    return { baseURL: below("api"), fetch: (...args) => fetch(...args), ready: async () => {} };
  }
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
    ready: mockServer,
    fetch: async (input, init) => {
      await mockServer(init?.signal);
      const headers = new Headers(init?.headers);
      headers.set(RUN_HEADER, run);
      return fetch(input, { ...init, headers });
    },
  };
}

/** A client without a key: the mock server needs none, and the proxy adds it. */
export function openClient(
  { baseURL, fetch }: Pick<Backend, "baseURL" | "fetch">,
  options: AsyncClientOptions = {},
): AsyncAnthropic {
  return new AsyncAnthropic({ ...options, baseURL, fetch, defaultHeaders: { "x-api-key": null } });
}

function below(path: string): string {
  return new URL(path, document.baseURI).href;
}

let starting: Promise<void> | undefined;

/** Starts the mock server. Rejects where the browser has no service workers, or when the signal fires. */
async function mockServer(signal?: AbortSignal | null): Promise<void> {
  starting ??= startMockServer().catch((error: unknown) => {
    // Another attempt may succeed.
    starting = undefined;
    throw error;
  });
  await (signal ? Promise.race([starting, aborted(signal)]) : starting);
  signal?.throwIfAborted();
}

async function startMockServer(): Promise<void> {
  const { serviceWorker: workers } = navigator;
  if (workers === undefined) {
    throw new Error(
      "Cannot start the mock server because this page has no service workers: open it over https or on localhost, and not in a private window",
    );
  }
  await workerIsActive(await register(workers));
  // A page that was loaded past the cache has no controller until the worker claims it. One of an older page is redundant.
  while (workers.controller === null || workers.controller.state === "redundant") {
    const changed = new Promise((resolve) => {
      workers.addEventListener("controllerchange", resolve, { once: true });
    });
    (await workers.ready).active?.postMessage("claim");
    await changed;
  }
}

async function register(workers: ServiceWorkerContainer): Promise<ServiceWorkerRegistration> {
  try {
    const registration: ServiceWorkerRegistration | undefined = await workers.register(
      below("service-worker.js"),
      { scope: below("./") },
    );
    // What blocks service workers may resolve with nothing.
    if (registration === undefined) throw new Error();
    // The page may be newer than the worker, which the browser compares with its file later. Without the file, the worker
    // that is there still answers.
    if (registration.active !== null) await registration.update().catch(() => {});
    return registration;
  } catch (error) {
    throw blocked(error);
  }
}

/** Waits for the newest worker of a registration. */
async function workerIsActive(registration: ServiceWorkerRegistration): Promise<void> {
  for (;;) {
    const newest = registration.installing ?? registration.waiting ?? registration.active;
    if (newest === null || newest.state === "redundant") throw blocked();
    if (newest.state === "activated") return;
    await new Promise((resolve) => newest.addEventListener("statechange", resolve, { once: true }));
  }
}

function blocked(cause?: unknown): Error {
  const reason = cause instanceof Error && cause.message !== "" ? ` (${cause.message})` : "";
  return new Error(
    `Cannot start the mock server because the browser starts no service worker${reason}: allow this page service workers, cookies and site data, and reload it`,
    { cause },
  );
}
