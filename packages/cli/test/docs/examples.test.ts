import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMockServer } from "pageturn/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { createProgram } from "../../src/program.ts";
import { build, envOf, runCLI, runInTerminal, runShell } from "../run-cli.ts";

beforeAll(build);

const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

/** The commands whose examples send one request at least: they are run with `--dry-run`. */
const SENDING = ["list", "url", "export"];

/** The examples of the README and of all help texts, without what follows in a pipe or a file. */
async function examples(): Promise<readonly string[]> {
  const names = ["", ...createProgram().commands.map((command) => command.name())].filter(
    (name) => !name.startsWith("_"),
  );
  const helps = await Promise.all(
    names.map(async (name) => (await runCLI([...(name === "" ? [] : [name]), "--help"])).stdout),
  );
  const texts = [readme, ...helps].join("\n");
  const found = Array.from(
    texts.matchAll(/^(?:\$| ) (pageturn [^|>\n]+?)(?: {2,}.*| *[|>].*)?$/gm),
    ([, line = ""]) => line,
  );
  return [...new Set(found)];
}

describe("every example of the README and of the help runs", async () => {
  const env = { ...envOf({ url: "http://127.0.0.1:9", apiKey: "sk-ant-x" }), STRIPE_AUTH: "Bearer x" };
  for (const line of await examples()) {
    const command = line.split(" ")[1] ?? "";
    if (command !== "lists" && !SENDING.includes(command)) continue;
    test(line, async () => {
      const cwd = mkdtempSync(join(tmpdir(), "pageturn-example-"));
      const { code, stdout, stderr } = await runShell(
        SENDING.includes(command) ? `${line} --dry-run` : line,
        { env, cwd },
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(SENDING.includes(command) ? /^(?:GET|POST) http/ : /^\{"name":/);
    });
  }
});

test("the README shows what a terminal of 80 columns shows", async () => {
  await using server = await startMockServer();
  const env = { ...envOf(server), NO_COLOR: "1" };
  const { stdout } = await runInTerminal(["list", "models", "--max-items", "3"], { env, columns: 80 });
  expect(readme).toContain(`$ pageturn list models --max-items 3\n${stdout.replaceAll("\r", "")}`);
});

/** Runs the program of docs/testing.md that starts a server for a command, and returns what it prints. */
async function docsServer() {
  const guide = readFileSync(join(import.meta.dirname, "../../../../docs/testing.md"), "utf8");
  const [, program = ""] = /```mjs\n(.*?)```/s.exec(guide) ?? [];
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed]: unknown[] = await once(child.stdout, "data");
  const [, url = "", apiKey = ""] =
    /ANTHROPIC_BASE_URL=(\S+) ANTHROPIC_API_KEY=(\S+)/.exec(String(printed)) ?? [];
  return { url, apiKey, [Symbol.dispose]: () => void child.kill("SIGKILL") };
}

test("the README shows what an export says, with the server of docs/testing.md", async () => {
  using server = await docsServer();
  const cwd = mkdtempSync(join(tmpdir(), "pageturn-example-"));
  const [, line = "", result = ""] = /^\$ (pageturn export .*)\n(.*)$/m.exec(readme) ?? [];
  const { code, stderr } = await runShell(line, { env: envOf(server), cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(result) });
});

test("the picture is what a terminal shows (draw it with: npm run picture --workspace @pageturn/cli)", () => {
  const args = [join(import.meta.dirname, "../../scripts/picture.ts"), "--check"];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("the README names every option and exit code of the help", async () => {
  const { options, commands } = createProgram();
  const all = [options, commands.find((command) => command.name() === "list")?.options ?? []].flat();
  for (const { long } of all) expect(readme).toContain(`${long}`);
  const help = (await runCLI(["--help"])).stdout;
  const codes = Array.from(
    (help.split("Exit codes")[1] ?? "").matchAll(/(?:^|\s{2,})(\d+) /g),
    ([, code]) => code,
  );
  expect(codes.toSorted()).toEqual(
    Array.from(readme.matchAll(/^\| (\d+) \|/gm), ([, code]) => code).toSorted(),
  );
});
