// The sources as JSR serves them: from a web server, in Deno. `npm run jsr` checks what JSR asks of them.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startMockServer } from "../../src/testing.ts";
import { root } from "../docs/all-snippets.ts";

const home = join(root, "packages/pageturn");
const read = (file: string) => JSON.parse(readFileSync(join(home, file), "utf8"));
const jsr: { exports: Record<string, string>; imports: Record<string, string> } = read("jsr.json");

test("JSR has the entry points of npm, apart from those that read files of the package", () => {
  const entries: string[] = Object.keys(read("package.json").exports);
  const expected = entries.filter((name) => !["./catalog", "./testing", "./package.json"].includes(name));
  expect(Object.keys(jsr.exports)).toEqual(expected);
});

test("from a web server, with nothing in the cache of Deno, both clients list all items", async () => {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/typescript");
    response.end(readFileSync(join(home, new URL(request.url ?? "", "http://host.invalid").pathname)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The cast: a server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "pageturn-jsr-"));
  const mock = await startMockServer({ items: 50, apiKey: "key" });
  try {
    const imports = Object.entries({ ...jsr.imports, pageturn: jsr.exports["."] ?? "" });
    const urls = Object.fromEntries(imports.map(([name, file]) => [name, new URL(file, `${origin}/`).href]));
    writeFileSync(join(folder, "deno.json"), JSON.stringify({ imports: urls }));
    writeFileSync(
      join(folder, "program.ts"),
      `import { Anthropic, AsyncAnthropic } from "pageturn";
       const options = { baseURL: Deno.args[0], apiKey: "key" };
       const count = { sync: 0, async: 0 };
       for (const _ of new Anthropic(options).models.list()) count.sync++;
       for await (const _ of new AsyncAnthropic(options).models.list()) count.async++;
       console.log(JSON.stringify(count));`,
    );
    const deno = join(root, "node_modules/deno", process.platform === "win32" ? "deno.exe" : "deno");
    const { stdout } = await promisify(execFile)(
      deno,
      [
        ...["run", "--no-prompt", "--no-check", "--allow-net=127.0.0.1", `--allow-import=127.0.0.1:${port}`],
        ...["program.ts", mock.url],
      ],
      { cwd: folder, env: { ...process.env, DENO_DIR: join(folder, "cache") } },
    );
    expect(JSON.parse(stdout)).toEqual({ sync: 50, async: 50 });
  } finally {
    await mock.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
