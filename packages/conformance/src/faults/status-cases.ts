import type { FaultCase } from "./fault-case.ts";

/** Not retried by the API's rules. */
const final = [400, 401, 402, 403, 404, 413, 418, 422];
/** Retried, and thrown in the end. */
const passing = [408, 409, 429, 500, 502, 503, 504, 529];
/** Asks for the shortest wait there is, so that the table is made quickly. */
const soon = { "retry-after-ms": "1" };

/** Statuses instead of pages. */
export const statusCases: readonly FaultCase[] = [
  ...[...final, ...passing].map(
    (status): FaultCase => ({
      title: `${status} on the first page, always`,
      script: [{ fault: "status", status, headers: soon, times: "always" }],
      failure: { status },
    }),
  ),
  ...[401, 403, 429, 500, 529].map(
    (status): FaultCase => ({
      title: `${status} from page 3 on`,
      script: [{ fault: "status", status, headers: soon, page: 3, times: "always" }],
      failure: { status },
    }),
  ),
  ...passing.map(
    (status): FaultCase => ({
      title: `${status} twice on page 3, then well`,
      script: [{ fault: "status", status, headers: soon, page: 3, times: 2 }],
    }),
  ),
  {
    title: "429 with retry-after: 1, then well",
    script: [{ fault: "status", status: 429, headers: { "retry-after": "1" }, page: 2 }],
  },
  {
    title: "429 with retry-after: 3600",
    script: [{ fault: "status", status: 429, headers: { "retry-after": "3600" }, page: 2, times: "always" }],
    asksToWait: "an hour",
    failure: { status: 429 },
  },
  {
    title: "503 with x-should-retry: false",
    script: [{ fault: "status", status: 503, headers: { "x-should-retry": "false" }, page: 2 }],
    failure: { status: 503 },
  },
  {
    title: "400 with x-should-retry: true, then well",
    script: [
      { fault: "status", status: 400, headers: { "x-should-retry": "true", ...soon }, page: 2, times: 2 },
    ],
  },
  {
    title: "502 with an HTML body",
    script: [
      {
        fault: "status",
        status: 502,
        headers: soon,
        body: "<html>Bad Gateway</html>",
        page: 2,
        times: "always",
      },
    ],
    failure: { status: 502 },
  },
  {
    title: "204 instead of page 3",
    script: [{ fault: "status", status: 204, body: "", page: 3, times: "always" }],
    failure: "not a list",
  },
  ...([400, 404, 410] as const).map(
    (status): FaultCase => ({
      title: `the cursor of page 3 has expired (${status})`,
      script: [{ fault: "cursorExpired", status, page: 3, times: "always" }],
      failure: status === 410 ? { status } : "expired cursor",
    }),
  ),
];
