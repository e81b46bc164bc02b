import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMockServer } from "pageturn/testing";
import { beforeAll, expect, test } from "vitest";
import { createProgram } from "../../src/program.ts";
import { build, envOf, runCLI } from "../run-cli.ts";

beforeAll(build);

const packages = join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(packages, file), "utf8");
const readme = read("postgres/README.md");

/** The commands of both READMEs and of the help, in their order: the arguments after `pageturn`. */
async function examples(): Promise<readonly (readonly string[])[]> {
  const { stdout: help } = await runCLI(["mirror", "--help"]);
  const blocks = [readme, read("cli/README.md"), help].join("\n");
  const lines = Array.from(
    blocks.matchAll(/^(?:\$ | {2})?(?:npx -p \S+ |PAGETURN_DATABASE=\S+ )?pageturn (mirror .+)$/gm),
    ([, line = ""]) => line,
  );
  const inline = Array.from(
    readme.matchAll(/`pageturn (mirror add [^`]*--parents [^`]+)`/g),
    ([, line = ""]) => line,
  );
  return [...new Set([...lines, ...inline])].map((line) => line.split(" "));
}

/** Runs an example on a folder, with any free port. One that goes on is ended when it works. */
function runExample(args: readonly string[], env: NodeJS.ProcessEnv) {
  const own = args.map((arg) => (arg === "8080" ? "0" : arg));
  const database = own.indexOf("--database");
  if (database !== -1) own.splice(database, 2);
  const goesOn = own.includes("worker") || own.includes("--watch");
  return runCLI(own, {
    env,
    onOutput: (text, child) => {
      if (goesOn && /The worker runs|LAST COMPLETE RUN/.test(text)) child.kill("SIGINT");
    },
  }).then((result) => ({ ...result, ended: goesOn && result.code === 130 ? 0 : result.code }));
}

test("every example of the mirror runs", async () => {
  await using server = await startMockServer();
  const home = mkdtempSync(join(tmpdir(), "pageturn-examples-"));
  const all = await examples();
  expect(all.map((args) => args[1])).toEqual(expect.arrayContaining(["add", "worker", "verify", "status"]));
  const env = { ...envOf(server), PAGETURN_DATABASE: join(home, "database") };
  const names = new Set<string>();
  const run = async (args: readonly string[]) =>
    expect({ args, ...(await runExample(args, env)) }).toMatchObject({ args, ended: 0 });
  for (const args of all) {
    const [, command, list = ""] = args;
    if (command === "add") {
      const parents = args[args.indexOf("--parents") + 1];
      if (args.includes("--parents")) await run(["mirror", "add", parents ?? ""]);
      // Two texts add the same list in different ways.
      if (names.has(list)) await run(["mirror", "remove", list]);
      names.add(list);
    } else if (command === "verify" || args.includes("--from")) await run(["mirror", "run", list]);
    await run(args);
  }
  rmSync(home, { recursive: true });
});

test("the README has every command of the mirror, and no option that there is not", () => {
  const mirror = createProgram().commands.find((command) => command.name() === "mirror");
  const commands = mirror?.commands ?? [];
  const documented = Array.from(readme.matchAll(/^\| `pageturn mirror (\w+)/gm), ([, name]) => name);
  expect(documented.toSorted()).toEqual(commands.map((command) => command.name()).toSorted());
  const options = new Set(commands.flatMap((command) => command.options.map(({ long }) => long)));
  const text = readme.slice(0, readme.indexOf("## As a library"));
  for (const [, option = ""] of text.matchAll(/(--[a-z]+)/g)) {
    if (option !== "--name") expect([...options]).toContain(option);
  }
});
