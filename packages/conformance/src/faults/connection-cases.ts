import type { Fault } from "pageturn/testing";
import type { Failure, FaultCase } from "./fault-case.ts";

const broken: readonly (readonly [title: string, fault: Fault])[] = [
  ["reset before the headers", { fault: "reset", at: "beforeHeaders" }],
  ["reset inside the headers", { fault: "reset", at: "insideHeaders" }],
  ["reset after the headers", { fault: "reset", at: "afterHeaders" }],
  ["reset inside the body", { fault: "reset", at: "insideBody" }],
  ["body cut off, content-length", { fault: "cutOff", framing: "contentLength" }],
  ["body cut off, chunked", { fault: "cutOff", framing: "chunked" }],
  ["bytes that are not HTTP", { fault: "garbageHttp" }],
];

const silent: readonly (readonly [title: string, fault: Fault])[] = [
  ["no answer at all", { fault: "never" }],
  ["headers, then nothing", { fault: "never", after: "headers" }],
  ["half a body, then nothing", { fault: "never", after: "halfBody" }],
];

/** Long enough for a busy machine to answer in, short enough to wait for. */
const timeout = 1000;

/** Every page from the third on, also where a walk asks for smaller pages. */
const LATER_PAGES = Array.from({ length: 60 }, (_, index) => index + 3);

function both(title: string, fault: Fault, failure: Failure): readonly FaultCase[] {
  const limits = failure === "timeout" ? { timeout } : {};
  return [
    { title: `${title}, once on page 3`, script: [{ ...fault, page: 3 }], retries: 1, ...limits },
    {
      title: `${title}, from page 3 on`,
      script: LATER_PAGES.map((page) => ({ ...fault, page, times: "always" })),
      failure,
      retries: 0,
      ...limits,
    },
  ];
}

/** Answers that do not arrive, or not whole. */
export const connectionCases: readonly FaultCase[] = [
  ...broken.flatMap(([title, fault]) => both(title, fault, "connection")),
  ...silent.flatMap(([title, fault]) => both(title, fault, "timeout")),
  {
    title: "every answer a few bytes at a time",
    script: [{ fault: "trickle", chunkBytes: 500, times: "always" }],
  },
  { title: "every answer late", script: [{ fault: "delay", ms: 20, times: "always" }] },
];
