import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMockServer } from "pageturn/testing";
import stringWidth from "string-width";
import { beforeAll, describe, expect, test } from "vitest";
import { ODD } from "../output/odd-items.ts";
import { build, envOf, expectRefused, MAIN, runCLI, runInTerminal, runShell } from "../run-cli.ts";

beforeAll(build);

const lines = (text: string) => text.trimEnd().split("\n");
const ids = (text: string) => lines(text).map((line) => String(JSON.parse(line).id));

describe("in a pipe", () => {
  test("it prints JSON Lines: all items, once each, and nothing else", async () => {
    await using server = await startMockServer();
    const { code, stdout, stderr } = await runCLI(["list", "models"], { env: envOf(server) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(new Set(ids(stdout)).size).toBe(50);
  });

  test("filters, ids of the path, --page-size, --max-items and --fields", async () => {
    await using server = await startMockServer();
    const args = [
      "list",
      "skills.versions",
      "skill_01",
      "--page-size",
      "7",
      "--max-items",
      "10",
      "--fields",
      "id",
    ];
    const { stdout } = await runCLI(args, { env: envOf(server) });
    expect(lines(stdout)).toHaveLength(10);
    expect(Object.keys(JSON.parse(lines(stdout)[0] ?? ""))).toEqual(["id"]);
    const [first, second] = await server.requests();
    expect(first?.path).toBe("/v1/skills/skill_01/versions");
    expect([first?.params["limit"], second?.params["limit"]]).toEqual(["7", "3"]);
    await server.clearRequests();
    const report = [
      "list",
      "organization.usage_report.messages",
      "--starting-at",
      "2026-09-20",
      "--group-by",
      "model,workspace_id",
    ];
    await runCLI([...report, "--page-size", "max"], { env: envOf(server) });
    const [{ query } = { query: [] }] = await server.requests();
    expect(query).toEqual([
      ["starting_at", "2026-09-20T00:00:00Z"],
      ["group_by[]", "model"],
      ["group_by[]", "workspace_id"],
      ["limit", "31"],
    ]);
  });

  test("--order traversal turns a backward walk around", async () => {
    await using server = await startMockServer();
    const env = envOf(server);
    const all = ids((await runCLI(["list", "models"], { env })).stdout);
    const back = ["list", "models", "--before-id", `${all[7]}`, "--page-size", "3", "--order", "traversal"];
    expect(ids((await runCLI(back, { env })).stdout)).toEqual(all.slice(0, 7).toReversed());
  });

  test.each([
    ["models", "name the item to walk back from with --before-id, or leave it out"],
    ["beta.agents", "the order of the walk without it: leave it out"],
  ])("--order traversal is refused for a forward walk: %s", async (list, remedy) => {
    const refused = "Cannot use --order traversal without --before-id";
    expect(await expectRefused(["list", list, "--order", "traversal"], refused)).toContain(remedy);
  });

  test("a status of the server is exit code 5, also if the server forbids a retry", async () => {
    await using server = await startMockServer();
    const headers = { "x-should-retry": "false" };
    for (const status of [429, 503, 529]) {
      await server.setScript([{ fault: "status", status, headers }]);
      expect(await runCLI(["list", "models", "--max-retries", "1"], { env: envOf(server) })).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/\. Try again later\n$/),
      });
    }
  });

  test("what the server sends arrives in JSON as it is", async () => {
    await using server = await startMockServer();
    await server.setScript([{ fault: "setItemFields", fields: { ...ODD, list: [] } }]);
    const { stdout } = await runCLI(["list", "models", "--max-items", "1"], { env: envOf(server) });
    expect(JSON.parse(stdout)).toMatchObject(ODD);
  });

  test("rows are printed page by page, not at the end", async () => {
    await using server = await startMockServer({ latencyMs: [0, 20_000] });
    const { code, stdout } = await runCLI(["list", "models", "--page-size", "5"], {
      env: envOf(server),
      onOutput: (_, child) => child.kill("SIGTERM"),
    });
    expect(code).toBe(143);
    expect(lines(stdout)).toHaveLength(5);
  });

  test("--distinct-by leaves that so where a page has repeats", async () => {
    await using server = await startMockServer({ latencyMs: [0, 20_000] });
    await server.setScript([{ fault: "duplicateItems", page: 1, count: 2 }]);
    const { code, stdout } = await runCLI(["list", "models", "--page-size", "5", "--distinct-by", "id"], {
      env: envOf(server),
      onOutput: (_, child) => child.kill("SIGTERM"),
    });
    expect(code).toBe(143);
    expect(lines(stdout)).toHaveLength(5);
  });

  test("a JSON array that SIGTERM ends is closed", async () => {
    await using server = await startMockServer({ latencyMs: [0, 20_000] });
    const { code, stdout, stderr } = await runCLI(
      ["list", "models", "--page-size", "5", "--format", "json"],
      {
        env: envOf(server),
        onOutput: (_, child) => child.kill("SIGTERM"),
      },
    );
    expect({ code, stderr }).toMatchObject({
      code: 143,
      stderr: expect.stringContaining("Ended by SIGTERM"),
    });
    expect(JSON.parse(stdout)).toHaveLength(5);
  });

  test("a reader that ends early ends it silently, with 141", async () => {
    await using server = await startMockServer({ items: 100_000 });
    const line = "pageturn list models --page-size max | head -1; echo $" + "{PIPESTATUS[0]}";
    const { stdout, stderr } = await runShell(line, { env: envOf(server) });
    expect(stderr).toBe("");
    expect(lines(stdout)[1]).toBe("141");
    // Back-pressure: it did not read on while nobody read it.
    expect((await server.requests()).length).toBeLessThan(10);
  });
});

describe("stdout that takes nothing", () => {
  /** Commands that print on stdout. */
  const commands = [
    "list models",
    "list models --dry-run",
    "url http://127.0.0.1:9/x --dry-run",
    "export models -o m.jsonl --dry-run",
    "lists",
    "doctor",
    "completion bash",
    "__complete -- list m",
    "--help",
    "list --help",
    "help list",
    "--version",
  ];

  test.each(commands)("a pipe without a reader ends pageturn %s silently, with 141", async (command) => {
    await using server = await startMockServer();
    // The reader has ended before the command begins.
    const line = `exec 3> >(:); wait $!; pageturn ${command} >&3; echo $?`;
    const { stdout, stderr } = await runShell(line, { env: envOf(server) });
    expect({ stdout, stderr }).toEqual({ stdout: "141\n", stderr: "" });
  });

  test.each(commands)("a full disk is an error of pageturn %s that says so", async (command) => {
    await using server = await startMockServer();
    const { code, stderr } = await runShell(`pageturn ${command} > /dev/full`, { env: envOf(server) });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: Cannot write the output: ENOSPC[^\n]*\n$/),
    });
  });
});

describe("a pipe without a reader", () => {
  test("on stderr, it ends no export", async () => {
    await using server = await startMockServer({ items: 100, latencyMs: 5 });
    const folder = mkdtempSync(join(tmpdir(), "pageturn-"));
    const line =
      `pageturn export models --page-size 2 --verbose -o ${folder}/m.jsonl 2>&1 >/dev/null | head -1; echo $` +
      "{PIPESTATUS[0]}";
    const { stdout } = await runShell(line, { env: envOf(server) });
    expect(lines(stdout).at(-1)).toBe("0");
    expect(lines(readFileSync(join(folder, "m.jsonl"), "utf8"))).toHaveLength(100);
  });
});

describe("on a terminal", () => {
  test("wide characters and emoji keep the columns below each other", async () => {
    await using server = await startMockServer();
    const args = [
      "list",
      "models",
      "--page-size",
      "1",
      "--max-items",
      "2",
      "--fields",
      "display_name,created_at",
    ];
    await server.setScript([
      { fault: "setItemFields", fields: { display_name: ODD.emoji + ODD.wide }, page: 1 },
      { fault: "setItemFields", fields: { display_name: "x" }, page: 2 },
    ]);
    const { stdout } = await runInTerminal(args, { env: { ...envOf(server), NO_COLOR: "1" } });
    const at = lines(stdout)
      .slice(1, 3)
      .map((line) => stringWidth(line.slice(0, line.indexOf("2026-"))));
    expect(at[0]).toBeGreaterThan(10);
    expect(at[0]).toBe(at[1]);
  });

  test("it prints a table that fits", async () => {
    await using server = await startMockServer();
    const { code, stdout } = await runInTerminal(["list", "models", "--max-items", "3"], {
      env: { ...envOf(server), NO_COLOR: "1" },
    });
    expect(code).toBe(0);
    const [header = "", ...rows] = lines(stdout);
    expect(header).toMatch(/^id +display_name +created_at/);
    expect(rows[0]).toMatch(/^model-\w+ +display name 1 +2026-10-01T00:00:00Z/);
    expect(rows.at(-1)).toMatch(/^3 items\. There may be more/);
    for (const row of rows) expect(row.trimEnd().length).toBeLessThanOrEqual(100);
  });

  test.each([
    ["--after-id", 7, "42 items, all after --after-id"],
    ["--before-id", 7, "7 items, all before --before-id"],
  ])("a list from %s on is not called the whole list", async (option, at, expected) => {
    await using server = await startMockServer();
    const env = { ...envOf(server), NO_COLOR: "1" };
    const all = ids((await runCLI(["list", "models"], { env })).stdout);
    const args = ["list", "models", option, `${all[at]}`];
    expect(
      lines((await runInTerminal(args, { env })).stdout)
        .at(-1)
        ?.trim(),
    ).toBe(expected);
    const cut = await runInTerminal([...args, "--max-items", "2"], { env });
    expect(lines(cut.stdout).at(-1)?.trim()).toBe("2 items. There may be more: see --max-items");
  });

  test("a dumb one gets plain lines: no escapes, no bar", async () => {
    await using server = await startMockServer();
    const env = { ...envOf(server), TERM: "dumb" };
    const file = join(mkdtempSync(join(tmpdir(), "pageturn-")), "models.jsonl");
    for (const args of [
      ["list", "models"],
      ["lists", "models"],
      ["export", "models", "-o", file],
      ["list", "nothing"],
    ]) {
      const { stdout } = await runInTerminal(args, { env });
      expect({ args, stdout }).toEqual({ args, stdout: expect.not.stringContaining("\u001b") });
      expect(stdout).toMatch(/\S/);
    }
    await server.setScript([{ fault: "status", status: 400 }]);
    const failed = await runInTerminal(["export", "models", "-o", file, "--overwrite"], { env });
    expect(failed.stdout).toMatch(/^error: GET /);
  });

  test("escapes of the server are shown, and colour is the terminal's alone", async () => {
    await using server = await startMockServer();
    const script = [{ fault: "setItemFields", fields: { display_name: ODD.escape }, times: 9 }] as const;
    await server.setScript([...script]);
    const env = envOf(server);
    const args = ["list", "models", "--max-items", "1"];
    const plain = await runInTerminal(args, { env: { ...env, NO_COLOR: "1" } });
    expect(plain.stdout).not.toContain("\u001b");
    expect(plain.stdout).toContain("␛[2J");
    const colored = await runInTerminal(args, { env: { ...env, TERM: "xterm-256color" } });
    expect(colored.stdout).toMatch(/^\S*id/);
    expect(colored.stdout).toContain("\u001b[1m");
    expect(colored.stdout).not.toContain("\u001b[2J");
    const json = await runInTerminal([...args, "--format", "yaml"], { env });
    expect(json.stdout).not.toContain("\u009b");
  });

  test("the first Ctrl-C ends it and the request under way, with 130", async () => {
    await using server = await startMockServer({ latencyMs: [0, 20_000] });
    let isPressed = false;
    const { code, stdout } = await runInTerminal(["list", "models", "--page-size", "5", "--fields", "id"], {
      env: envOf(server),
      onOutput: (text, child) => {
        if (isPressed || !text.includes("model-")) return;
        isPressed = true;
        child.type("\u0003");
      },
    });
    expect(code).toBe(130);
    expect(stdout.match(/model-/g)).toHaveLength(5);
    expect(stdout).toContain("Ended by Ctrl-C after 5 items");
  });

  test("the second signal ends it at once, also where nobody reads what it prints", async () => {
    await using server = await startMockServer({ items: 20_000 });
    const line =
      "{ (exec $PAGETURN list models --page-size max) & pid=$!; sleep 2; kill -TERM $pid; sleep 0.5; kill -0 $pid && echo waits >&2; " +
      "kill -TERM $pid; wait $pid; echo $? >&2; } | sleep 8";
    const { stderr } = await runShell(line, {
      env: { ...envOf(server), PAGETURN: `${process.execPath} ${MAIN}` },
    });
    expect(lines(stderr)).toEqual([expect.stringContaining("again to end at once"), "waits", "143"]);
  });
});

describe("exit codes", () => {
  const fast = ["--max-retries", "0"];
  for (const [what, script, expected, message, rows = 0] of [
    ["a refused request", [{ fault: "status", status: 400 }], 1, /answered 400: /],
    [
      "a list that contradicts itself",
      [{ fault: "setFields", fields: { last_id: null }, page: 2 }],
      3,
      /is incomplete: the server says that there is more, and sends no cursor\n$/,
      40,
    ],
    [
      "a cycle",
      [{ fault: "repeatCursor", page: 2, times: 99 }],
      3,
      /led back to a page that was already requested\n$/,
      40,
    ],
    [
      "a key that is not allowed",
      [{ fault: "status", status: 403 }],
      4,
      /answered 403: .* Check the scope of the key\n$/,
    ],
    ...[408, 409].map(
      (status) =>
        [`status ${status}`, [{ fault: "status", status }], 5, new RegExp(`answered ${status}: `)] as const,
    ),
    [
      "a status that the server asks to try again",
      [{ fault: "status", status: 418, headers: { "x-should-retry": "true" } }],
      5,
      /answered 418: /,
    ],
    [
      "a rate limit",
      [{ fault: "status", status: 429 }],
      5,
      /answered 429: .* Try again later, or raise --max-retries\n$/,
    ],
    [
      "server trouble",
      [{ fault: "status", status: 529 }],
      5,
      /answered 529: .* Try again later, or raise --max-retries\n$/,
    ],
    [
      "a lost connection",
      [{ fault: "reset", at: "beforeHeaders" }],
      5,
      /failed after 1 attempt: .*ECONNRESET.* The server or a proxy ended it: try again\n$/,
    ],
  ] as const) {
    test(`${what}: ${expected}`, async () => {
      await using server = await startMockServer();
      await server.setScript([...script]);
      const { code, stdout, stderr } = await runCLI(["list", "models", ...fast], { env: envOf(server) });
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr).toMatch(message);
      expect(code).toBe(expected);
      // What arrived before is printed.
      expect(stdout.split("\n")).toHaveLength(rows + 1);
    });
  }

  test("rows before a failure are whole JSON, too", async () => {
    await using server = await startMockServer();
    await server.setScript([{ fault: "status", status: 500, page: 2 }]);
    const { code, stdout } = await runCLI(["list", "models", "--format", "json", ...fast], {
      env: envOf(server),
    });
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toHaveLength(20);
  });

  test("no key: 4; a wrong argument: 2, before any request", async () => {
    await using server = await startMockServer();
    const env = envOf(server);
    const none = await runCLI(["list", "models"], { env: { ...env, ANTHROPIC_API_KEY: "" } });
    expect(none.code).toBe(4);
    expect(none.stderr).toContain("ANTHROPIC_API_KEY");
    for (const args of [
      ["list"],
      ["list", "modells"],
      ["list", "models", "--limit", "5"],
      ["list", "models", "--page-size", "1001"],
      ["list", "models", "--max-items", "0"],
      ["list", "models", "--format", "xml"],
      ["list", "models", "--fields", "idd"],
      ["list", "models", "--timeout", "soon"],
      ["frob"],
      ["--frob"],
    ]) {
      const { code, stdout, stderr } = await runCLI(args, { env });
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: /);
    }
    expect(await server.requests()).toEqual([]);
  });
});

describe("global options", () => {
  test("--dry-run prints the first request without the key, and sends nothing", async () => {
    await using server = await startMockServer();
    const args = ["--dry-run", "list", "models", "--page-size", "max"];
    const { code, stdout } = await runCLI(args, { env: envOf(server) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/v1\/models\?limit=1000\n/);
    expect(stdout).toContain("x-api-key: [redacted]");
    expect(stdout).not.toContain(server.apiKey);
    expect(await server.requests()).toEqual([]);
  });

  test("--dry-run without a key prints the request without one, and ends with 4 as the request would", async () => {
    const env = { ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };
    const file = join(mkdtempSync(join(tmpdir(), "pageturn-test-")), "m.jsonl");
    for (const args of [
      ["list", "models"],
      ["export", "models", "-o", file],
      ["list", "models", "--quiet"],
    ]) {
      const { code, stdout, stderr } = await runCLI([...args, "--dry-run"], { env });
      expect({ args, code, stderr }).toEqual({
        args,
        code: 4,
        stderr: "error: There is no key: set ANTHROPIC_API_KEY, or type pageturn login\n",
      });
      expect(stdout).toMatch(/^GET http:\/\/127\.0\.0\.1:9\/v1\/models\b/);
      expect(stdout).toContain("anthropic-version: ");
      expect(stdout).not.toMatch(/x-api-key|authorization/);
    }
  });

  test("--verbose prints a line for each request, --quiet no message", async () => {
    await using server = await startMockServer();
    const env = envOf(server);
    const { stderr } = await runCLI(["list", "models", "--verbose"], { env });
    expect(lines(stderr)).toHaveLength(3);
    expect(stderr).not.toContain(server.apiKey);
    const quiet = await runInTerminal(["list", "models", "--max-items", "1", "--quiet"], { env });
    expect(lines(quiet.stdout)).toHaveLength(2);
  });

  test("--base-url goes before the environment", async () => {
    await using server = await startMockServer();
    const env = { ANTHROPIC_API_KEY: server.apiKey, ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };
    const { code } = await runCLI(["list", "models", "--base-url", server.url], { env });
    expect(code).toBe(0);
  });

  test("--help has examples for every command, and --version the version", async () => {
    for (const command of [
      "lists",
      "list",
      "export",
      "verify",
      "mirror",
      "url",
      "login",
      "doctor",
      "completion",
    ]) {
      const { code, stdout } = await runCLI([command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain("Examples\n");
      expect(await runCLI(["help", command])).toEqual({ code, stdout, stderr: "" });
    }
    const { stdout } = await runCLI(["mirror", "add", "--help"]);
    expect(await runCLI(["help", "mirror", "add"])).toEqual({ code: 0, stdout, stderr: "" });
    expect((await runCLI(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("an option that is no filter", () => {
  test.each([
    [["list", "models", "--max_items", "3"], "did you mean --max-items?"],
    [["list", "models", "--page_size", "3"], "did you mean --page-size?"],
    [["export", "models", "-o", "m.jsonl", "--splitby", "day"], "did you mean --split-by?"],
    [["mirror", "add", "models", "--ever", "5m"], "did you mean --every?"],
    [["list", "models", "--time-out", "3"], "did you mean --timeout?"],
    [["list", "models", "--aftr-id", "3"], "did you mean --after-id?"],
    [["list", "models", "--api-key", "topsecret"], "A key comes from ANTHROPIC_API_KEY, or from a profile:"],
  ])("%s", async (args, message) => {
    const { code, stderr } = await runCLI(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(stderr).toContain("has no such filter");
    expect(stderr).not.toContain("topsecret");
  });

  test("--page-size is refused together with a filter that excludes it", async () => {
    const { code, stderr } = await runCLI(["list", "files", "--ids", "a,b", "--page-size", "5"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "error: Cannot use --page-size together with --ids\n",
    });
  });
});
