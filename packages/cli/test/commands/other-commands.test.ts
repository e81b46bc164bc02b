import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCatalog } from "pageturn/catalog";
import { startMockServer } from "pageturn/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { build, envOf, expectRefused, MAIN, runCLI, runInTerminal } from "../run-cli.ts";

beforeAll(build);

const lines = (text: string) => text.trimEnd().split("\n");
const folder = () => mkdtempSync(join(tmpdir(), "pageturn-test-"));

describe("lists", () => {
  test("in a pipe it prints all lists as JSON Lines", async () => {
    const { code, stdout } = await runCLI(["lists"]);
    expect(code).toBe(0);
    const { endpoints } = readCatalog();
    expect(lines(stdout).map((line) => JSON.parse(line).name)).toEqual(endpoints.map(({ id }) => id));
    expect(JSON.parse(lines(stdout).find((line) => line.includes('"user_profiles"')) ?? "")).toEqual({
      name: "user_profiles",
      path: "/v1/user_profiles",
      key: "an API key, or a bearer token.",
      largest_page: 100,
      filters: ["--enforcement-status", "--order", "--order-by", "--page"],
      lists: "the user profiles of the organization",
    });
  });

  test("on a terminal it prints a table, or all about one list", async () => {
    const table = await runInTerminal(["lists", "activities"], { env: { NO_COLOR: "1" } });
    expect(table.stdout).toMatch(/^name +path +key +largest_page +filters/);
    expect(table.stdout).toMatch(/^compliance\.activities +\/v1\/compl/m);
    const one = await runInTerminal(["lists", "organization.usage_report.messages"], {
      env: { NO_COLOR: "1" },
    });
    expect(one.stdout).toMatch(/--starting-at +Start of the time range, inclusive\. \(required; date-time\)/);
  });

  test.each([80, 30])(
    "on a terminal of %d columns no name is cut: other columns are left out",
    async (columns) => {
      const { stdout } = await runInTerminal(["lists"], { env: { NO_COLOR: "1" }, columns });
      const [header = "", ...rows] = lines(stdout).map((line) => line.trim());
      const message = rows.pop();
      const isWide = columns === 80;
      expect(header.split(/ +/)).toEqual(isWide ? ["name", "largest_page"] : ["name"]);
      expect(message).toBe(
        `There is no room for path, key, ${isWide ? "" : "largest_page, "}filters. See all of a list with: pageturn lists NAME, ` +
          "or of all lists with: pageturn lists --format csv",
      );
      expect(rows.map((row) => row.split(" ")[0])).toEqual(readCatalog().endpoints.map(({ id }) => id));
      for (const row of isWide ? rows : []) expect(row.length).toBeLessThanOrEqual(80);
      const quiet = await runInTerminal(["lists", "--quiet"], { env: { NO_COLOR: "1" }, columns });
      expect(quiet.stdout).not.toContain("no room");
    },
  );

  test("as CSV it has the columns of the table, and what is listed", async () => {
    const { stdout } = await runCLI(["lists", "models", "--format", "csv"]);
    expect(lines(stdout)[0]).toBe("name,path,key,largest_page,filters,lists");
  });

  test("a word that no list has to do with is an error", async () => {
    const { code, stderr } = await runCLI(["lists", "unicorns"]);
    expect(code).toBe(1);
    expect(stderr).toContain('no list that has to do with "unicorns"');
  });
});

describe("url", () => {
  const version = ["--header-env", "x-api-key=KEY", "--header-env", "anthropic-version=VERSION"];
  const envFor = ({ apiKey }: { apiKey: string }) => ({ KEY: apiKey, VERSION: "2023-06-01" });

  test("the strategy is detected, or named with its options", async () => {
    await using server = await startMockServer();
    const env = envFor(server);
    const url = `${server.url}/v1/test/tokens?limit=20`;
    const auto = await runCLI(["url", url, ...version], { env });
    expect(auto.stderr).toContain("Detected: const strategy = pageToken(");
    expect(lines(auto.stdout)).toHaveLength(50);
    const named = [
      "--strategy",
      "pageToken",
      "--param",
      "from.body=next_page",
      "--param",
      "to=page_token",
      "--items",
      "data",
    ];
    const { code, stdout, stderr } = await runCLI(["url", url, ...named, ...version, "--format", "csv"], {
      env,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(lines(stdout)).toHaveLength(51);
  });

  test("--detect prints the code", async () => {
    await using server = await startMockServer();
    const { code, stdout } = await runCLI(["url", `${server.url}/v1/test/tokens`, "--detect", ...version], {
      env: envFor(server),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /import \{ pageToken \} from "pageturn\/strategies";\nconst strategy = pageToken\(/,
    );
  });

  test("headers come from a file; on the command line they work with a warning", async () => {
    await using server = await startMockServer();
    const file = join(folder(), "headers");
    writeFileSync(file, `# a comment\nx-api-key: ${server.apiKey}\n\nAnthropic-Version: 2023-06-01\n`);
    const url = `${server.url}/v1/models`;
    const { code, stderr } = await runCLI(["url", url, "--header-file", file]);
    expect(stderr).not.toContain("warning");
    expect(code).toBe(0);
    const shown = await runCLI([
      "url",
      url,
      "--header",
      `x-api-key: ${server.apiKey}`,
      "--header",
      "anthropic-version: 2023-06-01",
    ]);
    expect(shown.code).toBe(0);
    expect(shown.stderr).toContain("Other users of this machine can read --header in the process list");
    const dry = await runCLI(["url", url, "--dry-run", "--header-file", file]);
    expect(dry.stdout).toContain("x-api-key: [redacted]");
    expect(dry.stdout).not.toContain(server.apiKey);
  });

  test("a wrong argument is refused with 2, and never shows a value", async () => {
    const file = join(folder(), "headers");
    writeFileSync(file, "my-secret-without-a-name\n");
    for (const [args, message] of [
      [["ftp://x"], /must be a URL/],
      [["https://user:pw@example.com"], /name or password/],
      [["https://example.com", "--strategy", "githb"], /did you mean github\?/],
      [["https://example.com", "--strategy", "github", "--param", "x"], /must be NAME=VALUE/],
      [["https://example.com", "--param", "to=x"], /without --strategy/],
      [
        ["https://example.com", "--strategy", "pageToken", "--param", "errorIn=x"],
        /Cannot use --strategy with these --param: errorIn must be a function/,
      ],
      [
        ["https://example.com", "--strategy", "relayConnection", "--param", "connection=3"],
        /Cannot use --param connection as it must be a key or an array of keys: current value is 3 \(number\)/,
      ],
      [
        ["https://example.com", "--strategy", "pageNumber", "--param", "first=one"],
        /Cannot use --param first as it must be a whole number: current value is one \(string\)/,
      ],
      [
        ["https://example.com", "--strategy", "pageToken", "--param", "from=next"],
        /Cannot use --strategy with these --param: from must be an object with body, header, firstItem, lastItem/,
      ],
      [["https://example.com", "--header-env", "a=UNSET"], /UNSET is not set/],
      [["https://example.com", "--header-file", file], /line 1 of /],
      [["https://example.com", "--header-file", "/nowhere"], /ENOENT/],
      [["https://example.com", "--json", "{"], /--json/],
    ] as const) {
      const { code, stderr } = await runCLI(["url", ...args]);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain("my-secret");
    }
  });

  test("an API whose paging is not recognised is an error that says why", async () => {
    await using server = await startMockServer();
    await server.setScript([{ fault: "body", body: '{"id":3,"title":"Loops"}' }]);
    const { code, stderr } = await runCLI(["url", `${server.url}/v1/models`, ...version], {
      env: envFor(server),
    });
    expect(code).toBe(1);
    expect(stderr).toContain("Name it with --strategy");
  });
});

describe("login", () => {
  const key = "sk-ant-admin01-secret";

  test("keeps the key of stdin in a file of its owner, and prints it nowhere", async () => {
    const home = folder();
    const env = { XDG_CONFIG_HOME: home };
    const { code, stdout, stderr } = await runCLI(["login"], { env, input: `${key}\n` });
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain("secret");
    const file = join(home, "pageturn/profiles/default.json");
    expect(stderr).toContain(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ apiKey: key });
  });

  test("asks on a terminal without showing what is typed", async () => {
    const env = { XDG_CONFIG_HOME: folder() };
    let isTyped = false;
    const { code, stdout } = await runInTerminal(["login", "--profile", "admin"], {
      env,
      onOutput: (text, child) => {
        if (isTyped || !text.includes("API key: ")) return;
        isTyped = true;
        child.type(`${key}\r`);
      },
    });
    expect(code).toBe(0);
    expect(stdout).not.toContain("secret");
    expect(stdout).toContain("Kept an Admin API key (sk-ant-admin…)");
  });

  test("Ctrl-C at the question ends it with 130, and keeps nothing", async () => {
    const home = folder();
    let isPressed = false;
    const { code } = await runInTerminal(["login"], {
      env: { XDG_CONFIG_HOME: home },
      onOutput: (text, child) => {
        if (isPressed || !text.includes("API key: ")) return;
        isPressed = true;
        child.type("\u0003");
      },
    });
    expect(code).toBe(130);
    expect(existsSync(join(home, "pageturn"))).toBe(false);
  });

  test("Ctrl-D at the question gives no key, which is refused with 2", async () => {
    const home = folder();
    let isPressed = false;
    const { code, stdout } = await runInTerminal(["login"], {
      env: { XDG_CONFIG_HOME: home, NO_COLOR: "1" },
      onOutput: (text, child) => {
        if (isPressed || !text.includes("API key: ")) return;
        isPressed = true;
        child.type("\u0004");
      },
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/API key: \S*\s*error: Cannot keep a key because none was given\s*$/);
    expect(existsSync(join(home, "pageturn"))).toBe(false);
  });

  test("a key goes to the URL of its profile, whatever the environment says", async () => {
    await using server = await startMockServer();
    const env = { XDG_CONFIG_HOME: folder(), ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };
    await runCLI(["login", "--base-url", server.url], { env, input: server.apiKey });
    expect((await runCLI(["list", "models"], { env })).code).toBe(0);
  });

  test("the environment goes before the default profile, and --profile before both", async () => {
    await using server = await startMockServer();
    const env = { XDG_CONFIG_HOME: folder() };
    await runCLI(["login", "--base-url", server.url], { env, input: server.apiKey });
    await runCLI(["login", "--profile", "other"], { env, input: "sk-ant-wrong" });
    expect((await runCLI(["list", "models"], { env })).code).toBe(0);
    expect(
      (await runCLI(["list", "models"], { env: { ...env, ...envOf(server), ANTHROPIC_API_KEY: "sk-ant-x" } }))
        .code,
    ).toBe(4);
    expect(
      (await runCLI(["list", "models", "--profile", "other"], { env: { ...env, ...envOf(server) } })).code,
    ).toBe(4);
    const none = await runCLI(["list", "models", "--profile", "nobody"], { env });
    expect(none).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("pageturn login --profile nobody"),
    });
  });

  test("a profile that others can read is refused, and so is one that is broken", async () => {
    const home = folder();
    const env = { XDG_CONFIG_HOME: home };
    await runCLI(["login"], { env, input: key });
    const file = join(home, "pageturn/profiles/default.json");
    chmodSync(file, 0o640);
    expect(await runCLI(["list", "models"], { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("chmod 600"),
    });
    chmodSync(file, 0o600);
    writeFileSync(file, `{"apiKey":"${key}"`);
    const broken = await runCLI(["list", "models"], { env });
    expect(broken).toMatchObject({ code: 4, stderr: expect.stringContaining("is not JSON") });
    expect(broken.stderr).not.toContain("secret");
  });

  test("a profile that is a folder is none that others can read", async () => {
    const home = folder();
    const file = join(home, "pageturn/profiles/default.json");
    mkdirSync(file, { recursive: true, mode: 0o755 });
    expect(await runCLI(["list", "models"], { env: { XDG_CONFIG_HOME: home } })).toMatchObject({
      code: 4,
      stderr: `error: Cannot use the profile ${file} because it is a folder. Rename or remove it\n`,
    });
  });

  test.each(["/proc", "/dev/null"])("a folder that cannot be made is an error at once: %s", async (place) => {
    const { code, stderr } = await runCLI(["login"], { env: { XDG_CONFIG_HOME: place }, input: key });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^error: Cannot keep the key in \/\S+default\.json: E\w+[^\n]* Set XDG_CONFIG_HOME to a folder that can be written\n$/,
      ),
    });
  });

  test("an empty key, a key with spaces and a name with a slash are refused", async () => {
    const env = { XDG_CONFIG_HOME: folder() };
    expect((await runCLI(["login"], { env, input: "\n" })).code).toBe(2);
    expect((await runCLI(["login"], { env, input: "a b" })).code).toBe(2);
    expect((await runCLI(["login", "--profile", "../x"], { env, input: key })).code).toBe(2);
  });
});

describe("help", () => {
  test.each([
    [["help", "exprt"], 'the help of "exprt": did you mean export? Allowed are lists, '],
    [["help", "nothing"], 'the help of "nothing": allowed are lists, list, export, '],
    [["help", "mirror", "ad"], 'the help of "mirror ad": did you mean add? Allowed are init, add, '],
    [["help", "list", "models"], 'the help of "list models": there are none'],
  ])("of a command that is not there is refused: %s", async (args, message) => {
    const { code, stdout, stderr } = await runCLI(args);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(`error: Cannot print ${message}`),
    });
  });
});

describe("doctor", () => {
  test.each([
    ["socks5://name:pass@h:1", "socks5://h:1"],
    ["proxy.example:8080", "http://proxy.example:8080"],
  ])("shows the proxy %s without a password", async (proxy, text) => {
    const { stdout: shown } = await runCLI(["doctor"], { env: { HTTPS_PROXY: proxy } });
    expect(shown).toContain(`HTTPS_PROXY=${text}\n`);
    expect(shown).not.toContain("pass");
  });

  test("shows what will be used, and sends one request", async () => {
    await using server = await startMockServer();
    const env = {
      ...envOf(server),
      HTTPS_PROXY: "http://name:pass@proxy.example:8080",
      NO_PROXY: "127.0.0.1",
    };
    const { code, stdout } = await runCLI(["doctor"], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^versions +@pageturn\/cli \d.*Node\.js \d/);
    expect(stdout).toContain("from ANTHROPIC_API_KEY");
    expect(stdout).toContain(`base URL  ${server.url}`);
    expect(stdout).toContain("HTTPS_PROXY=http://proxy.example:8080");
    expect(stdout).toMatch(/request +status 200 in \d+ ms, req_/);
    expect(stdout).not.toMatch(/pass|sk-ant-test-key/);
    expect(await server.requests()).toHaveLength(1);
  });

  test("says which kind of key it is, and fails with the code of what is wrong", async () => {
    await using server = await startMockServer();
    const admin = await runCLI(["doctor"], {
      env: { ...envOf(server), ANTHROPIC_API_KEY: "sk-ant-admin01-x" },
    });
    expect(admin).toMatchObject({
      code: 4,
      stdout: expect.stringContaining("an Admin API key (sk-ant-admin…)"),
    });
    expect((await server.requests())[0]?.path).toBe("/v1/organizations/workspaces");
    const odd = await runCLI(["doctor"], { env: { ...envOf(server), ANTHROPIC_API_KEY: "abc" } });
    expect(odd.stdout).toMatch(/^key +a key of an unknown form, from ANTHROPIC_API_KEY$/m);
    const kept = await runCLI(["login"], { env: { XDG_CONFIG_HOME: folder() }, input: "abc" });
    expect(kept.stderr).toMatch(
      /^Kept a key of an unknown form in \/.*default\.json, which only you can read$/m,
    );
    const none = await runCLI(["doctor"], { env: { ANTHROPIC_BASE_URL: server.url } });
    expect(none).toMatchObject({ code: 4, stdout: expect.stringMatching(/key +none/) });
    const gone = await runCLI(["doctor", "--max-retries", "0"], {
      env: { ANTHROPIC_API_KEY: "sk-ant-api-x", ANTHROPIC_BASE_URL: "http://127.0.0.1:9" },
    });
    expect(gone.code).toBe(5);
  });
});

describe("completion", () => {
  const complete = async (...words: readonly string[]) =>
    lines((await runCLI(["__complete", "--", ...words])).stdout).map((line) => line.split("\t")[0]);

  test("commands, names of lists, filters and their values", async () => {
    expect(await complete("li")).toEqual(["lists", "list"]);
    expect(await complete("list", "mode")).toEqual(["models"]);
    expect(await complete("--quiet", "--profile", "x", "list", "mode")).toEqual(["models"]);
    expect(await complete("list", "models", "--a")).toEqual(["--after-id", "--api-version"]);
    expect(await complete("list", "user_profiles", "--order", "")).toEqual(["asc", "desc"]);
    expect(await complete("list", "organization.usage_report.messages", "--group-by", "model,wor")).toEqual([
      "model,workspace_id",
    ]);
    expect(await complete("list", "models", "--format", "c")).toEqual(["csv"]);
    expect(await complete("export", "models", "--format", "jsonl.")).toEqual(["jsonl.gz", "jsonl.zst"]);
    // The value of an option, as one word, and as the three words that bash makes of it.
    expect(await complete("list", "models", "--format=c")).toEqual(["--format=csv"]);
    expect(await complete("list", "models", "--format", "=", "c")).toEqual(["csv"]);
    const url = ["http", ":", "//127.0.0.1", ":", "80"];
    expect(await complete("--base-url", ...url, "list", "mod")).toEqual(["models"]);
    expect(await complete("--base-url", "=", ...url, "list", "mod")).toEqual(["models"]);
    // Options that a command refuses.
    expect(await complete("lists", "--")).toEqual(["--format", "--version", "--quiet", "--verbose"]);
    expect(await complete("login", "--p")).toEqual(["--profile"]);
    // Files are completed by the shell.
    expect(await complete("export", "models", "-o", "")).toEqual([""]);
    expect(await complete("url", "https://x", "--strategy", "git")).toEqual(["github"]);
  });

  test("profiles after --profile, and nothing after other options of all commands", async () => {
    const env = { XDG_CONFIG_HOME: folder() };
    for (const profile of ["default", "ci"])
      await runCLI(["login", "--profile", profile], { env, input: "sk-ant-x" });
    const completed = async (...words: readonly string[]) =>
      (await runCLI(["__complete", "--", ...words], { env })).stdout;
    for (const words of [["--profile"], ["list", "models", "--profile"], ["mirror", "run", "--profile"]]) {
      expect((await completed(...words, "")).split(/\W+/)).toEqual(["ci", "default", ""]);
      expect(await completed(...words, "d")).toBe("default\t\n");
    }
    expect(await completed("list", "models", "--profile=c")).toBe("--profile=ci\t\n");
    for (const option of ["--base-url", "--workspace", "--timeout", "--max-retries", "--api-version"])
      expect(await completed(option, "")).toBe("");
    expect(await complete("--profile", "")).toEqual([""]);
  });

  test("commands of mirror, their options, and the lists that can be added", async () => {
    const all = ["init", "add", "run", "status", "verify", "remove", "worker"];
    expect(await complete("mirror", "")).toEqual(all);
    expect(await complete("--quiet", "mirror", "st")).toEqual(["status"]);
    expect(await complete("mirror", "status", "--")).toEqual(
      expect.arrayContaining(["--watch", "--json", "--database", "--schema", "--quiet"]),
    );
    expect(await complete("mirror", "worker", "--m")).toEqual(["--metrics", "--max-retries"]);
    expect(await complete("mirror", "add", "compliance.act")).toEqual(["compliance.activities"]);
    expect(await complete("mirror", "add", "models", "--e")).toEqual(["--every"]);
    expect(await complete("mirror", "add", "user_profiles", "--order", "")).toEqual(["asc", "desc"]);
    expect(await complete("mirror", "add", "models", "--mode", "")).toEqual(["feed", "buckets", "snapshot"]);
    expect(await complete("mirror", "run", "models", "--c")).toEqual(["--concurrency"]);
    // Folders are completed by the shell.
    expect(await complete("mirror", "status", "--database", "")).toEqual([""]);
    expect(await complete("help", "mirror", "ad")).toEqual(["add"]);
  });

  /** A folder with a command `pageturn`, as an installation makes it. */
  function commandFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "pageturn-bin-"));
    writeFileSync(join(folder, "pageturn"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`, {
      mode: 0o755,
    });
    return folder;
  }

  /** Runs a script of a shell that finds `pageturn` in its PATH. A shell that is not there fails the test. */
  function inShell(shell: string, args: readonly string[]): string {
    const env = { PATH: `${commandFolder()}:${process.env["PATH"]}`, HOME: commandFolder(), TERM: "xterm" };
    const { stdout, stderr, error } = spawnSync(shell, args, { encoding: "utf8", env, timeout: 200_000 });
    if (error !== undefined)
      throw new Error(`The test needs ${shell}: npm run test-programs`, { cause: error });
    return stdout + stderr;
  }

  test("the script works in bash", () => {
    const script = `eval "$(pageturn completion bash)"
COMP_WORDS=(pageturn list mode); COMP_CWORD=2; _pageturn; echo "\${COMPREPLY[*]}"
COMP_WORDS=(pageturn mirror st); COMP_CWORD=2; _pageturn; echo "\${COMPREPLY[*]}"`;
    expect(inShell("bash", ["-c", script])).toBe("models\nstatus\n");
  });

  test("the script works in fish, with what each word is about", () => {
    const script =
      "pageturn completion fish | source; complete -C 'pageturn list mode'; complete -C 'pageturn mirror st'";
    expect(inShell("fish", ["--no-config", "-c", script])).toMatch(/^models\t\S.*\nstatus\t\S.*\n$/);
    const inFolder = (words: string) => {
      const line = `pageturn completion fish | source; cd ${commandFolder()}; complete -C 'pageturn ${words}'`;
      return inShell("fish", ["--no-config", "-c", line]);
    };
    expect(inFolder("export models -o pa")).toMatch(/^pageturn\b/);
    expect(inFolder("verify p")).toMatch(/^pageturn\b/);
    expect(inFolder("")).not.toMatch(/^pageturn\b/m);
    expect(inFolder("list models --format ")).toBe("csv\njson\njsonl\ntable\ntsv\nyaml\n");
  });

  test("the script works in zsh, at its prompt", () => {
    // The completions of zsh work at a prompt alone: a second zsh in a pseudo-terminal, which is typed into.
    const script = String.raw`zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; autoload -Uz compinit; compinit -u -D; eval "$(pageturn completion zsh)"; print -n rea; print dy'
zpty -r shell text '*ready*'
zpty -w -n shell $'pageturn list mode\t'
sleep 3
zpty -w -n shell $'\C-aecho got: \n'
zpty -r shell text '*got: pageturn*'
zpty -r -t shell more
zpty -d shell
print -r -- "$text$more"`;
    expect(inShell("zsh", ["-f", "-c", script])).toContain("got: pageturn list models");
  });

  test("another shell is refused", async () => {
    expect(await runCLI(["completion", "tcsh"])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("options of all commands", () => {
  test.each([
    [["url", "http://127.0.0.1:9/x", "--base-url", "http://127.0.0.1:9"], "--base-url with pageturn url"],
    [["url", "http://127.0.0.1:9/x", "--profile", "x"], "--profile with pageturn url"],
    [["login", "--dry-run"], "--dry-run with pageturn login"],
    [["login", "--api-version", "2026-10-21"], "--api-version with pageturn login"],
    [["lists", "--timeout", "5"], "--timeout with pageturn lists: it sends no request"],
    [["verify", "f", "--base-url", "http://127.0.0.1:9"], "--base-url with pageturn verify"],
    [["completion", "bash", "--max-retries", "1"], "--max-retries with pageturn completion"],
    [["mirror", "status", "--workspace", "w"], "--workspace with pageturn mirror status"],
    [["mirror", "run", "--dry-run"], "--dry-run with pageturn mirror run"],
    [["mirror", "worker", "--host", "::1"], "--host without --ui or --metrics"],
    [["list", "models", "--quiet", "--verbose"], "--quiet together with --verbose"],
    [["list", "models", "--csv-safe"], "--csv-safe without --format csv or tsv"],
    [["list", "models", "--csv-safe", "--format", "json"], "--csv-safe without --format csv or tsv"],
    [["url", "http://127.0.0.1:9/x", "--detect", "--format", "csv"], "--format together with --detect"],
    [["url", "http://127.0.0.1:9/x", "--detect", "--items", "x"], "--items together with --detect"],
    [["list", "organization.users", "--workspace", "w"], "--workspace with organization.users"],
    [["export", "activities", "-o", "a.csv", "--workspace", "w"], "--workspace with compliance.activities"],
  ])("one that would be ignored is refused: %s", async (args, message) => {
    const { code, stdout, stderr } = await runCLI(args, { input: "sk-ant-api03-x" });
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(`Cannot use ${message}`),
    });
  });

  test.each([
    [["list"], "missing required argument 'name'. See: pageturn list --help"],
    [["mirror", "add"], "missing required argument 'list'. See: pageturn mirror add --help"],
    [
      ["export", "models"],
      "required option '-o, --output <file>' not specified. See: pageturn export --help",
    ],
    [
      ["list", "models", "--format"],
      "option '--format <format>' argument missing. See: pageturn list --help",
    ],
    [["lists", "a", "b"], "Expected 1 argument (word) but got 2. See: pageturn lists --help"],
    [["doctro"], "unknown command 'doctro' (Did you mean doctor?). See: pageturn --help"],
    [["doctor", "--frob"], "unknown option '--frob'. See: pageturn doctor --help"],
  ])("a command line that is not complete: %s", async (args, message) => {
    await expectRefused(args, message);
  });

  test.each([
    [["list", "models", "--format", "csv", "--format=json"], "--format json after --format csv"],
    [["--timeout", "5", "list", "models", "--timeout", "6"], "--timeout 6 after --timeout 5"],
    [["lists", "--format", "csv", "--format", "csv"], "--format csv after --format csv"],
    [["export", "models", "-o", "a.csv", "--output", "b.csv"], "--output b.csv after --output a.csv"],
    [["url", "http://127.0.0.1:9/", "--strategy", "a", "--strategy", "b"], "--strategy b after --strategy a"],
    [["mirror", "run", "--schema", "a", "--schema", "b"], "--schema b after --schema a"],
    [["list", "models", "--order", "api", "--order", "traversal"], "--order traversal after --order api"],
  ])("one that takes one value is refused twice: %s", async (args, message) => {
    const { code, stderr } = await runCLI(args);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: Cannot use ${message}: it takes one value\n`,
    });
  });

  test("a header is refused twice from one source", async () => {
    const file = join(folder(), "headers");
    writeFileSync(file, "Authorization: a\nx-a: 1\nauthorization: b\n");
    const url = [
      "url",
      "http://127.0.0.1:9/x",
      "--strategy",
      "pageToken",
      "--param",
      "from.body=next",
      "--dry-run",
    ];
    const env = { A: "1", B: "2" };
    for (const [args, source] of [
      [["--header-env", "authorization=A", "--header-env", "Authorization=B"], "--header-env"],
      [["--header", "authorization: a", "--header", "authorization: b"], "--header"],
      [["--header-file", file], file],
    ] as const) {
      const { code, stderr } = await runCLI([...url, ...args], { env });
      const refused = `error: Cannot use ${source} with the header authorization twice: it takes one value`;
      expect(stderr).toContain(refused);
      expect(code).toBe(2);
    }
    writeFileSync(file, "authorization: a\n");
    const sources = ["--header-env", "authorization=A", "--header-file", file];
    expect(await runCLI([...url, ...sources], { env })).toMatchObject({ code: 0 });
  });

  test("those that take several values may be repeated", async () => {
    const params = [
      "--param",
      "from.body=next",
      "--param",
      "to=page",
      "--header-env",
      "a=A",
      "--header-env",
      "b=A",
    ];
    const args = ["url", "http://127.0.0.1:9/x", "--strategy", "pageToken", ...params, "--dry-run"];
    const { code, stderr } = await runCLI(args, { env: { A: "1" } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("--workspace needs an id, and doctor has none for a list of an organization", async () => {
    const { code, stderr } = await runCLI(["list", "models", "--workspace", " "]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: Cannot use --workspace " ": it must be the id of a workspace\n',
    });
    const env = { ANTHROPIC_API_KEY: "sk-ant-admin-x", ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };
    expect(await runCLI(["doctor", "--workspace", "w"], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Cannot use --workspace for /v1/organizations/workspaces"),
    });
  });

  test("an error names the option, the variable or the profile that has the URL", async () => {
    const wrong = "ftp://127.0.0.1";
    const env = { ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: wrong };
    const refused = (source: string) => ({
      code: 2,
      stderr: expect.stringContaining(`error: Cannot use ${source} as it must be an http or https URL`),
    });
    expect(await runCLI(["list", "models"], { env })).toMatchObject(refused("ANTHROPIC_BASE_URL"));
    expect(await runCLI(["list", "models", "--base-url", wrong], { env })).toMatchObject(
      refused("--base-url"),
    );
    const home = folder();
    const profile = { XDG_CONFIG_HOME: home };
    await runCLI(["login", "--profile", "ci"], { env: profile, input: "sk-ant-api03-x" });
    writeFileSync(
      join(home, "pageturn/profiles/ci.json"),
      JSON.stringify({ apiKey: "sk-ant-api03-x", baseURL: wrong }),
    );
    expect(await runCLI(["list", "models", "--profile", "ci"], { env: profile })).toMatchObject(
      refused('the base URL of the profile "ci"'),
    );
  });

  test.each(["2023-6-1", "2026-02-31", "latest"])("--api-version %s is no date", async (version) => {
    const { code, stderr } = await runCLI(["list", "models", "--api-version", version]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: Cannot use --api-version ${version}: it must be a date: 2023-06-01\n`,
    });
  });

  test("a password in a URL is shown in no refusal", async () => {
    const urls = [
      "https://user:s3cr3t@host",
      "https://user:s3@cr3t@host",
      "ftp://user:s3/cr3t@host",
      "postgres://u:s3@cr3t@h/d?password=cr3t",
    ];
    for (const url of urls) {
      for (const args of [
        ["login", "--base-url", url],
        ["url", url],
        ["list", "models", "--base-url", url],
        ["list", "models", "--base-url", url, "--base-url", url],
        ["mirror", "init", "--database", url, "--database", url],
      ]) {
        const { code, stderr } = await runCLI(args, {
          env: { ANTHROPIC_API_KEY: "sk-ant-x" },
          input: "sk-ant-x",
        });
        expect({ args, code, stderr }).toEqual({
          args,
          code: 2,
          stderr: expect.stringMatching(/^error: Cannot .*/),
        });
        expect(stderr).not.toContain("cr3t");
      }
    }
  });

  test("login keeps no URL that is none", async () => {
    const { code, stderr } = await runCLI(["login", "--base-url", "not a url"], { input: "sk-ant-api03-x" });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("it must be a URL") });
  });

  test("--dry-run shows no value that may be a credential", async () => {
    const names = ["sig", "auth", "jwt", "pw", "code", "api_key", "X-Amz-Signature", "access_token"];
    const query = names.map((name) => `${name}=s3cr3t`).join("&");
    const { stdout } = await runCLI(["url", `http://127.0.0.1:9/x?${query}&country_code=de`, "--dry-run"]);
    expect(stdout).not.toContain("s3cr3t");
    expect(stdout).toContain("country_code=de");
  });
});
