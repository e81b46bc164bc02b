import { expect, test } from "vitest";
import { clientConfig } from "../../src/client/client-config.ts";
import { asyncSource, ListCall } from "../../src/client/list-call.ts";
import { pageCursorStrategy } from "../../src/pagination/list/page-classes.ts";

const sent: Readonly<Record<string, string>>[] = [];
const transport = {
  attempt: async (request: { headers: Readonly<Record<string, string>> }) => {
    sent.push(request.headers);
    return { status: 200, headers: {}, body: new TextEncoder().encode("{}") };
  },
  close: async () => undefined,
};

function source(json?: Record<string, unknown>) {
  const config = clientConfig(
    { baseURL: "https://api.test" },
    { headers: { "x-one": "list", "x-two": "list" }, rules: {} },
  );
  return asyncSource(new ListCall(config, { path: "/x", json, strategy: pageCursorStrategy }), transport);
}

test.each([undefined, { a: 1 }])(
  "pages without headers of their own share one object: json %j",
  async (json) => {
    sent.length = 0;
    const { request, fetch } = source(json);
    await fetch(request, undefined);
    await fetch({ ...request, query: { page: "2" } }, undefined);
    expect(sent[0]).toBe(sent[1]);
  },
);

test("the headers of a page lie over those of the list", async () => {
  sent.length = 0;
  const { request, fetch } = source({ a: 1 });
  await fetch({ ...request, headers: { "x-two": "page", "x-cursor": "c2" } }, undefined);
  expect(sent[0]).toEqual({
    "content-type": "application/json",
    "x-one": "list",
    "x-two": "page",
    "x-cursor": "c2",
  });
});
