// Which transports a runtime loads by the export conditions that it sets itself. No condition of the package names Bun or Deno.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPacked, packLibrary } from "../../../../scripts/pack-library.ts";
import { root } from "../docs/all-snippets.ts";

const exe = process.platform === "win32" ? ".exe" : "";
const bun = join(root, "node_modules/bun/bin/bun.exe");
const deno = join(root, `node_modules/deno/deno${exe}`);

/** Only the transports of Node.js have channels, and can wait for an answer outside of web workers. */
const check = `
  const names = [];
  for (const name of ["walk", "request"]) tracingChannel("pageturn:" + name).start.subscribe(() => names.push(name));
  const fetch = async () => Response.json({ data: [], has_more: false, first_id: null, last_id: null });
  const options = { apiKey: "key", baseURL: "http://127.0.0.1:1" };
  new Anthropic(options);
  new AsyncAnthropic({ ...options, fetch }).models.list().then(async (page) => {
    for await (const _ of page);
    console.log(names.sort().join(" "));
  });`;

const programs = {
  "program.mjs": `import { tracingChannel } from "node:diagnostics_channel";
    import { Anthropic, AsyncAnthropic } from "pageturn";${check}`,
  "program.cjs": `const { tracingChannel } = require("node:diagnostics_channel");
    const { Anthropic, AsyncAnthropic } = require("pageturn");${check}`,
};

let project = "";

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-conditions-"));
  project = join(folder, "project");
  installPacked(project, { packed: packLibrary(folder), manifest: {} });
  for (const [file, code] of Object.entries(programs)) writeFileSync(join(project, file), code);
});
afterAll(() => rmSync(join(project, ".."), { recursive: true, force: true }));

async function run(path: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(path, args, { cwd: project, env: { ...process.env, NO_COLOR: "1" } }))
    .stdout;
}

for (const file of Object.keys(programs)) {
  test(`Bun loads the transports of Node.js: ${file}`, async () => {
    expect(await run(bun, [file])).toBe("request walk\n");
  });
  test(`Deno loads the transports of Node.js: ${file}`, async () => {
    expect(await run(deno, ["run", "--no-prompt", "--allow-read", file])).toBe("request walk\n");
  });
}

test("the bundler of Bun takes the transports of its target", async () => {
  const hasNode = async (target: string) => {
    await run(bun, ["build", "program.mjs", `--target=${target}`, "--outfile", `${target}.js`]);
    return /node:https?"/.test(readFileSync(join(project, `${target}.js`), "utf8"));
  };
  expect([await hasNode("bun"), await hasNode("node"), await hasNode("browser")]).toEqual([
    true,
    true,
    false,
  ]);
});
