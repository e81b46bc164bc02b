import { beforeAll, describe, expect, test } from "vitest";
import { buildLibrary } from "./build-library.ts";
import { runStart } from "./run-start.ts";

const ESCAPE = "\u001b[";

beforeAll(buildLibrary);

/** The requests that the output shows, without their cursors. */
function shownRequests(stdout: string): string[] {
  const lines = stdout.split("\n").filter((line) => line.startsWith("     GET "));
  return lines.map((line) =>
    line
      .trim()
      .replace(/=(?:\w+[-_])+\w+/, "=…")
      .replaceAll(/ {2,}/g, " "),
  );
}

test("it runs the main examples and prints the requests of each", async () => {
  const { code, stdout, stderr } = await runStart([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("50 models, from ");
  expect(stdout).toContain(
    '"reason":"exhausted","complete":true,"incompleteBecause":null,"pages":3,"items":50',
  );
  expect(stdout).toContain("3 pages, the last one has 10 models");
  expect(stdout).toContain("pages of 3, 3, 1 models");
  const three = (path: string, cursor: string) => [
    `GET ${path} 200 20 items`,
    `GET ${path}?${cursor}=… 200 20 items`,
    `GET ${path}?${cursor}=… 200 10 items`,
  ];
  expect(shownRequests(stdout)).toEqual([
    ...three("/v1/models", "after_id"),
    ...three("/v1/messages/batches", "after_id"),
    "GET /v1/models?limit=3 200 3 items",
    "GET /v1/models?limit=20 200 20 items",
    "GET /v1/models?limit=20&after_id=… 200 20 items",
    "GET /v1/models?limit=20&after_id=… 200 10 items",
    "GET /v1/models?limit=8 200 8 items",
    "GET /v1/models?before_id=…&limit=3 200 3 items",
    "GET /v1/models?before_id=…&limit=3 200 3 items",
    "GET /v1/models?before_id=…&limit=3 200 1 items",
    ...three("/v1/test/tokens", "page_token"),
    "GET /v1/test/tokens?limit=30 200 30 items",
    "GET /v1/test/tokens?limit=30&page_token=… 200 20 items",
    "GET /v1/files?limit=25 200 25 items",
    "GET /v1/files?limit=25&page=… 200 25 items",
  ]);
});

test("colors are for terminals only, and NO_COLOR switches them off", async () => {
  const piped = await runStart([]);
  const terminal = await runStart([], { env: { FORCE_COLOR: "1" } });
  const plain = await runStart([], { env: { NO_COLOR: "1" } });
  expect(piped.stdout).not.toContain(ESCAPE);
  expect(terminal.stdout).toContain(ESCAPE);
  expect(plain.stdout).not.toContain(ESCAPE);
});

describe("arguments are those of the command pageturn now", () => {
  for (const [args, command] of [
    [["models", "--limit", "5"], "npx pageturn list models --page-size 5"],
    [
      ["skills.versions", "skill_01", "--limit=5"],
      "npx pageturn list skills.versions skill_01 --page-size=5",
    ],
    [["--live"], "npx pageturn list models"],
    [["--help"], "npx pageturn --help"],
  ] as const) {
    test(args.join(" "), async () => {
      const { code, stdout, stderr } = await runStart(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toBe(`error: npm start takes no arguments. To list something, use: ${command}\n`);
    });
  }
});

test("requests to the mock server do not use the proxy of the environment", async () => {
  const { code } = await runStart([], {
    env: { HTTP_PROXY: "http://127.0.0.1:9" },
  });
  expect(code).toBe(0);
});

test.skipIf(process.platform === "win32")("Ctrl-C ends it with 130 and no more output", async () => {
  // A call blocks its thread from there on: on a busy machine, the signal comes in time as well.
  const blocks = `const { write } = process.stdout;
    process.stdout.write = function (text, ...rest) {
      const isWritten = write.call(this, text, ...rest);
      if (String(text).includes("1. ")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120_000);
      return isWritten;
    };`;
  const { code, stderr } = await runStart([], {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(blocks)}` },
    onOutput: (stdout, child) => {
      if (stdout.includes("1. ")) child.kill("SIGINT");
    },
  });
  expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
});

test("a reader that ends early, as `head` does, ends it without an error", async () => {
  const { code, stderr } = await runStart([], { onOutput: (_, child) => child.closeStdout() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
