import type { Fault } from "pageturn/testing";
import { type FaultCase, positions } from "./fault-case.ts";

const bodies: readonly (readonly [title: string, fault: Fault])[] = [
  ["an empty body", { fault: "body", body: "" }],
  ["a body of white space", { fault: "body", body: " \n" }],
  ["an HTML page", { fault: "body", body: "<!doctype html><p>Sign in", contentType: "text/html" }],
  ["an HTML page that says it is JSON", { fault: "body", body: "<!doctype html><p>Sign in" }],
  ["plain text", { fault: "body", body: "ok", contentType: "text/plain" }],
  ["a JSON text", { fault: "body", body: '"ok"' }],
  ["a JSON number", { fault: "body", body: "42" }],
  ["null", { fault: "body", body: "null" }],
  ["an array", { fault: "body", body: '[{"id":"a"}]' }],
  ["data is a text", { fault: "setFields", fields: { data: "none" } }],
  ["data is an object", { fault: "setFields", fields: { data: { id: "a" } } }],
  ["data is a number", { fault: "setFields", fields: { data: 7 } }],
  ["JSON that breaks off", { fault: "truncatedJson" }],
  ["JSON without its last byte", { fault: "truncatedJson", bytes: 1 }],
  ["bytes that are not UTF-8", { fault: "garbageBody" }],
];

/** Answers with status 200 that are not pages. */
export const bodyCases: readonly FaultCase[] = [
  ...bodies.map(
    ([what, fault]): FaultCase => ({
      title: `200 with ${what}, page 3`,
      script: [{ ...fault, page: 3, times: "always" }],
      failure: "not a list",
    }),
  ),
  {
    title: "200 with an HTML page instead of page 1",
    script: [{ fault: "body", body: "<!doctype html><p>Sign in", contentType: "text/html", times: "always" }],
    failure: "not a list",
  },
  {
    title: "200 with a body that unpacks to 4 MiB, page 3",
    script: [{ fault: "gzipBomb", bytes: 4 * 2 ** 20, page: 3, times: "always" }],
    failure: "too large",
    served: positions(0, 20),
  },
  {
    title: "the right body as text/plain",
    script: [{ fault: "contentType", value: "text/plain", page: 3, times: "always" }],
  },
  {
    title: "the right body without a content type",
    script: [{ fault: "contentType", value: null, page: 3, times: "always" }],
  },
];
