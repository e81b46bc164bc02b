// The mock server of the page: answers the requests below `mock/`, so that the page needs no server.
import { catalog } from "virtual:catalog";
import { MockResponder } from "../../packages/pageturn/src/testing/mock-responder.ts";
import { type MockRun, RUN_HEADER } from "./walk/mock-run.ts";

declare const self: ServiceWorkerGlobalScope;

/** The servers of the newest runs. A browser may end this worker at any time, and a run then starts again. */
const responders = new Map<string, MockResponder>();

function responderOf(header: string): MockResponder {
  const known = responders.get(header);
  if (known !== undefined) return known;
  // The page wrote it.
  const { options }: MockRun = JSON.parse(decodeURIComponent(header));
  const made = new MockResponder({ ...options, apiKey: null }, catalog);
  responders.set(header, made);
  const [oldest] = responders.keys();
  if (responders.size > 20 && oldest !== undefined) responders.delete(oldest);
  return made;
}

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const run = event.request.headers.get(RUN_HEADER);
  const base = new URL("mock/", self.registration.scope).href;
  if (run === null || !event.request.url.startsWith(base)) return;
  event.respondWith(responderOf(run).respond(event.request, `/${event.request.url.slice(base.length)}`));
});
