import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { build, expectRefused, runCLI } from "../run-cli.ts";
import { startAPI } from "./other-api.ts";

beforeAll(build);

describe("a key or a password among the arguments is refused and not printed", () => {
  const key = "sk-ant-api03-topsecret";
  const database = "postgres://u:topsecret@h/x";
  const takesKey =
    "Type the key when it is asked for, or pipe it into pageturn login. See: pageturn login --help";
  test.each([
    [["login", key], `Expected 0 arguments but got 1. ${takesKey}`],
    [["login", "--token", "topsecret"], `Expected 0 arguments but got 1. ${takesKey}`],
    [["login", "--token=topsecret"], `option '--token' takes no value. ${takesKey}`],
    [["login", "--api-key=topsecret"], `unknown option '--api-key'. ${takesKey}`],
    [["--api-key=topsecret", "list", "models"], "'--api-key'. A key comes from ANTHROPIC_API_KEY, or from a"],
    [["url", "http://h/", "--api-key=topsecret"], "'--api-key'. A key is a header: give it by --header-env"],
    [["url", "http://h/?token=topsecret", "extra"], "Expected 1 argument (url) but got 2. See: pageturn url"],
    [["mirror", "status", database], "Expected 0 arguments but got 1. See: pageturn mirror status --help"],
    [
      ["mirror", "status", `--databse=${database}`],
      "unknown option '--databse' (Did you mean --database?). See",
    ],
    [["mirror", "add", "models", database], "Cannot use an argument after models, which takes no id in its"],
    [
      ["mirror", "add", "models", `--databse=${database}`],
      "Cannot use --databse because models has no such filter",
    ],
    [["mirror", database], "unknown command 'postgres://[redacted]@h/x'. See: pageturn mirror --help"],
    [["list", "models", "-ktopsecret"], "Cannot use -k… because models has no such filter"],
    [["verify", "-ktopsecret"], "unknown option '-k…'. See: pageturn verify --help"],
    [["list", "models", "topsecret"], "Cannot use an argument after models, which takes no id in its path"],
    [
      ["list", "skills.versions", "a", "b", "topsecret"],
      "Cannot use 3 arguments after skills.versions, which takes only",
    ],
    [
      ["url", "http://h/", "--header-env", "authorization=ghp_topsecret"],
      "Cannot use --header-env authorization because the variable, whose name follows the =, is not set",
    ],
    [["list", key], 'Cannot list "sk-ant-…" because there is no list with this name'],
    [["help", key], 'Cannot print the help of "sk-ant-…": allowed are'],
    [[key], "unknown command 'sk-ant-…'. See: pageturn --help"],
  ])("%s", async (args, message) => {
    const stderr = await expectRefused(args, message);
    expect(stderr).not.toContain("topsecret");
  });
});

describe("a key goes to no other URL than that of its profile", () => {
  /** A folder of profiles with one file, and the environment that names it. */
  function profiles(name: string, content: string) {
    const home = mkdtempSync(join(tmpdir(), "pageturn-test-"));
    mkdirSync(join(home, "pageturn/profiles"), { recursive: true });
    const file = join(home, "pageturn/profiles", `${name}.json`);
    writeFileSync(file, content, { mode: 0o600 });
    return { file, env: { XDG_CONFIG_HOME: home } };
  }

  test("a profile whose key is replaced keeps its base URL, and says so", async () => {
    const { file, env } = profiles("corp", '{"apiKey":"sk-ant-old","baseURL":"http://gateway.example"}');
    const second = await runCLI(["login", "--profile", "corp"], { env, input: "sk-ant-api03-new" });
    expect(second.stderr).toBe(
      `Kept an API key (sk-ant-api…) in ${file}, which only you can read. The key that it had is replaced\n` +
        "The profile keeps its base URL: http://gateway.example. --base-url names another one\n",
    );
    const kept = { apiKey: "sk-ant-api03-new", baseURL: "http://gateway.example" };
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(kept);
    const args = ["login", "--profile", "corp", "--base-url", "https://api.anthropic.com"];
    const third = await runCLI(args, { env, input: "sk-ant-api03-x" });
    expect(third.stderr).not.toContain("keeps");
    expect(JSON.parse(readFileSync(file, "utf8")).baseURL).toBe("https://api.anthropic.com");
  });

  test("a profile that cannot be read is replaced with --base-url alone", async () => {
    const { file, env } = profiles("corp", '{"baseURL":"http://gateway.example"');
    const input = "sk-ant-api03-new";
    expect(await runCLI(["login", "--profile", "corp"], { env, input })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`Cannot replace ${file} without --base-url`),
    });
    const args = ["login", "--profile", "corp", "--base-url", "http://gateway.example"];
    expect(await runCLI(args, { env, input })).toMatchObject({ code: 0 });
    chmodSync(file, 0o666);
    expect(await runCLI(["login", "--profile", "corp"], { env, input })).toMatchObject({ code: 2 });
  });

  test("a profile without a key is refused: the key of the environment is not for its URL", async () => {
    await using api = await startAPI(() => ({ body: { data: [], has_more: false } }));
    const content = JSON.stringify({ apikey: "topsecret", baseURL: api.url });
    for (const [name, args, option, variables] of [
      ["corp", ["--profile", "corp"], " --profile corp", { ANTHROPIC_API_KEY: "sk-ant-api03-x" }],
      ["default", [], "", {}],
    ] as const) {
      const { file, env } = profiles(name, content);
      for (const command of [["list", "models"], ["doctor"]]) {
        const { code, stderr } = await runCLI([...command, ...args], { env: { ...env, ...variables } });
        expect({ code, stderr }).toEqual({
          code: 4,
          stderr:
            `error: Cannot use the profile "${name}" because ${file} has no key: it has apikey, baseURL, ` +
            `and needs apiKey or authToken with a text. Write it again with: pageturn login${option}\n`,
        });
      }
    }
    expect(api.requests).toEqual([]);
  });
});

test("the content of a file of --json is not printed", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "pageturn-test-")), "key.txt");
  writeFileSync(file, "sk-topsecret");
  for (const [json, message] of [
    [`@${file}`, `--json @${file} as it is not JSON`],
    ['{"key":"topsecret",}', "--json as it is not JSON from character 20 on"],
    ["@/nowhere", "the file /nowhere of --json: ENOENT"],
  ] as const) {
    const { code, stderr } = await runCLI(["url", "http://127.0.0.1:9/", "--json", json]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`${message}`) });
    expect(stderr).not.toContain("topsecret");
  }
});
