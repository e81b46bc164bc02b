import { startMockServer } from "pageturn/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { buildLibrary } from "./build-library.ts";
import { runStart } from "./run-start.ts";

const ESCAPE = "\u001b[";

beforeAll(buildLibrary, 120_000);

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
  const piped = await runStart(["models", "--max-items", "1"]);
  const terminal = await runStart(["models", "--max-items", "1"], { env: { FORCE_COLOR: "1" } });
  const plain = await runStart(["models", "--max-items", "1"], { env: { NO_COLOR: "1" } });
  expect(piped.stdout).not.toContain(ESCAPE);
  expect(terminal.stdout).toContain(ESCAPE);
  expect(plain.stdout).not.toContain(ESCAPE);
});

test("a resource is listed page by page, to its end", async () => {
  const { code, stdout } = await runStart(["models", "--limit", "20"]);
  expect(code).toBe(0);
  expect(stdout.match(/^ {2}model-/gm)).toHaveLength(50);
  expect(stdout).toMatch(/^page 3 {2}GET \/v1\/models\?limit=20&after_id=model-\w+ {2}10 items$/m);
  expect(stdout).toContain("50 items on 3 pages, to the end of the list");
});

test("a list that continues after --max-items is not called complete", async () => {
  const { stdout } = await runStart(["messages.batches", "--limit", "5", "--max-items", "7"]);
  expect(stdout).toContain("7 items on 2 pages, there is more");
});

test("ids in the path follow the name, other options are query parameters, repeated ones arrays", async () => {
  const versions = await runStart(["skills.versions", "skill_01", "--limit=30"]);
  expect(versions.stdout).toContain("GET /v1/skills/skill_01/versions?limit=30  30 items");
  const list = await runStart([
    "compliance.activities",
    "--activity_types[]",
    "a",
    "--activity_types[]",
    "b",
    "--order",
    "asc",
  ]);
  expect(list.stdout).toContain(
    "GET /v1/compliance/activities?activity_types[]=a&activity_types[]=b&order=asc  0 items",
  );
});

test("--help names every option and every resource", async () => {
  const { code, stdout } = await runStart(["--help"]);
  expect(code).toBe(0);
  for (const word of ["--live", "--limit", "--max-items", "models", "messages.batches", "skills.versions"]) {
    expect(stdout).toContain(word);
  }
});

describe("a wrong argument says what is allowed and exits with 2", () => {
  for (const [args, message] of [
    [["modles"], /must be one of:\n.*models.*skills\.versions/s],
    [["--limit", "5"], /only --live and --help are allowed/],
    [["--colour"], /argument missing/],
    [
      ["models", "--limit", "many"],
      /--limit as it must be a whole number of at least 1: current value is many/,
    ],
    [["models", "--max-items", "0"], /--max-items as it must be a whole number of at least 1/],
    [["models", "--before_id"], /'--before_id <value>' argument missing/],
    [["models", "-x"], /Unknown option '-x'/],
    [["models", "extra"], /ids of the path follow the name.*npm start -- models --limit 5/s],
    [["skills.versions"], /path parameter skill_id/],
    [["--live"], /no key\. Set ANTHROPIC_API_KEY/],
  ] as const) {
    test(args.join(" "), async () => {
      const { code, stdout, stderr } = await runStart(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^\s+at /m);
    });
  }
});

test("an error of the API prints its message and exits with 1", async () => {
  const { code, stdout, stderr } = await runStart(["models", "--after_id", "nobody"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^error: GET .* answered 400: after_id: No item with the id 'nobody'.*\n$/);
});

test("requests to the mock server do not use the proxy of the environment", async () => {
  const { code } = await runStart(["models", "--max-items", "1"], {
    env: { HTTP_PROXY: "http://127.0.0.1:9" },
  });
  expect(code).toBe(0);
});

test("--live shows models and batches of the API that the environment names", async () => {
  await using server = await startMockServer();
  const env = { ANTHROPIC_API_KEY: server.apiKey, ANTHROPIC_BASE_URL: server.url };
  const { code, stdout, stderr } = await runStart(["--live"], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toContain(server.apiKey);
  const requests = await server.requests();
  expect(new Set(requests.map(({ path }) => path))).toEqual(new Set(["/v1/models", "/v1/messages/batches"]));
  // What it shows is what the server saw.
  expect(shownRequests(stdout)).toHaveLength(requests.length);
});

test("--live with a wrong key prints the API's answer and exits with 1", async () => {
  await using server = await startMockServer();
  const env = { ANTHROPIC_API_KEY: "sk-ant-wrong", ANTHROPIC_BASE_URL: server.url };
  const { code, stderr } = await runStart(["models", "--live"], { env });
  expect(code).toBe(1);
  expect(stderr).toContain("answered 401: invalid x-api-key");
  expect(stderr).not.toContain("sk-ant-wrong");
});

test.skipIf(process.platform === "win32")("Ctrl-C ends it with 130 and no output", async () => {
  await using server = await startMockServer({ latencyMs: [0, 5_000] });
  const env = { ANTHROPIC_API_KEY: server.apiKey, ANTHROPIC_BASE_URL: server.url };
  const { code, stderr } = await runStart(["models", "--live"], {
    env,
    onOutput: (stdout, child) => {
      if (stdout.includes("page 1")) child.kill("SIGINT");
    },
  });
  expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
});

test.skipIf(process.platform === "win32")("Ctrl-C ends a call that blocks, too", async () => {
  await using server = await startMockServer({ latencyMs: 5_000 });
  const env = { ANTHROPIC_API_KEY: server.apiKey, ANTHROPIC_BASE_URL: server.url };
  const { code, stderr } = await runStart(["--live"], {
    env,
    onOutput: (stdout, child) => {
      if (stdout.includes("models.list()")) child.kill("SIGINT");
    },
  });
  expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
});

test("a reader that ends early, as `head` does, ends it without an error", async () => {
  const { code, stderr } = await runStart([], { onOutput: (_, child) => child.closeStdout() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
