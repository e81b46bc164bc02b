import { getEventListeners } from "node:events";
import { APIUserAbortError, AsyncAnthropic } from "pageturn";
import { expect, test, vi } from "vitest";

/** A client of an endless list, which counts the listeners on a signal at every request. */
function endless(signal: AbortSignal) {
  const counts: number[] = [];
  let page = 0;
  const fetch: typeof globalThis.fetch = async () => {
    counts.push(getEventListeners(signal, "abort").length);
    page += 1;
    return Response.json({ data: [{ id: `m${page}` }], has_more: true, last_id: `m${page}` });
  };
  return { client: new AsyncAnthropic({ apiKey: "key", fetch }), counts };
}

test("a long walk with a signal leaves no listener behind with any page", async () => {
  const { signal } = new AbortController();
  const { client, counts } = endless(signal);
  const any = vi.spyOn(AbortSignal, "any");
  const add = vi.spyOn(AbortSignal.prototype, "addEventListener");
  const remove = vi.spyOn(AbortSignal.prototype, "removeEventListener");
  const walk = client.models.list({}, { signal }).items({ maxItems: 200 });
  for await (const _ of walk);
  expect(counts).toHaveLength(200);
  expect(Math.max(...counts)).toBeLessThanOrEqual(2);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  // What stays is the walk's own: it does not grow with the pages.
  expect(add.mock.calls.length - remove.mock.calls.length).toBeLessThan(10);
  expect(any).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test("either of the two signals ends the request under way, with its reason", async () => {
  const controller = new AbortController();
  const fetch: typeof globalThis.fetch = () => new Promise(() => undefined);
  const client = new AsyncAnthropic({ apiKey: "key", fetch });
  const walk = client.models.list({}, { signal: controller.signal }).items();
  const next = walk.next();
  controller.abort(new Error("enough"));
  const error: unknown = await next.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(APIUserAbortError);
  expect((error as Error).cause).toMatchObject({ message: "enough" });

  const other = client.models.list({}, { signal: new AbortController().signal }).items();
  const left = other.next();
  await other.return();
  expect(await left).toEqual({ value: undefined, done: true });
});
