// "Go to definition", as editors ask the language server of TypeScript, in a project with the packed library.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { decode } from "@jridgewell/sourcemap-codec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPacked, type Packed, packLibrary } from "../../../../scripts/pack-library.ts";
import { root } from "../docs/all-snippets.ts";

const program = `import { AsyncAnthropic, paginate } from "pageturn";
import { idCursor } from "pageturn/strategies";
import { readCatalog } from "pageturn/catalog";
import { startMockServer } from "pageturn/testing";
import type { ModelInfo } from "pageturn/named-types";
const walk = new AsyncAnthropic().models.list({ limit: 20 }).items({ maxItems: 5 });
walk.checkpoint();
export const name = (model: ModelInfo) => [model.display_name, paginate, idCursor, readCatalog, startMockServer];
`;

/** Texts of the program, each with the source and the line that define its last word. */
const definitions = {
  "new AsyncAnthropic": ["anthropic/async-anthropic.ts", "export class AsyncAnthropic "],
  "models.list": ["anthropic/catalog/generated/ga-resources.ts", "list("],
  "20 }).items": ["pagination/list/async-paginator.ts", "items("],
  "{ maxItems": ["pagination/walk/walk-options.ts", "maxItems?:"],
  "walk.checkpoint": ["pagination/walk/base-async-walk.ts", "checkpoint("],
  "model: ModelInfo": ["anthropic/catalog/generated/ga-items.ts", "interface ModelInfo "],
  "model.display_name": ["anthropic/catalog/generated/ga-items.ts", "display_name:"],
  ", paginate": ["adapters/paginate.ts", "function paginate"],
  ", idCursor": ["pagination/request/id-cursor.ts", "function idCursor"],
  ", readCatalog": ["anthropic/catalog/api-catalog.ts", "function readCatalog"],
  ", startMockServer": ["testing/start-mock-server.ts", "function startMockServer"],
};

const servers = {
  "TypeScript 5.9": "compilers/typescript-5.9/node_modules/typescript/lib/tsserver.js",
  "TypeScript 6": "node_modules/@typescript/old/lib/tsserver.js",
};

let project = "";
let packed: Packed = { file: "", size: 0, paths: [] };

beforeAll(() => {
  // The real path: the server answers with it.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "pageturn-definitions-")));
  project = join(folder, "project");
  packed = packLibrary(folder);
  installPacked(project, { packed, manifest: {} });
  const compilerOptions = { module: "Node16", target: "ES2022", types: [], strict: true };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  for (const file of ["program.mts", "program.cts"]) writeFileSync(join(project, file), program);
});
afterAll(() => rmSync(join(project, ".."), { recursive: true, force: true }));

/** The place, file and line, at which the server finds each definition. */
async function found(server: string, file: string): Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, [join(root, server), "--disableAutomaticTypingAcquisition"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const asked = Object.keys(definitions);
  const request = (seq: number, command: string, args: object) =>
    child.stdin.write(`${JSON.stringify({ seq, type: "request", command, arguments: args })}\n`);
  request(0, "open", { file });
  for (const [index, text] of asked.entries()) {
    const before = program.slice(0, program.indexOf(text) + text.length).split("\n");
    request(index + 1, "definition", { file, line: before.length, offset: before.at(-1)?.length });
  }
  const places: Record<string, unknown> = {};
  for await (const line of lines) {
    if (!line.startsWith("{")) continue;
    const { type, command, request_seq: seq, body } = JSON.parse(line);
    if (type !== "response" || command !== "definition") continue;
    const [place] = body ?? [];
    const text = place && readFileSync(place.file, "utf8").split("\n")[place.start.line - 1];
    places[asked[seq - 1] ?? ""] = place && [place.file.replaceAll("\\", "/"), text.trim()];
    if (Object.keys(places).length === asked.length) break;
  }
  child.kill();
  return places;
}

const cases = Object.entries(servers).flatMap(([name, server]) =>
  ["program.mts", "program.cts"].map((file) => ({ name: `${name}, ${file}`, server, file })),
);

test.for(cases)("$name: definitions are in the sources", async ({ server, file }) => {
  const places = await found(server, join(project, file));
  const src = `${project.replaceAll("\\", "/")}/node_modules/pageturn/src/`;
  for (const [text, [source, line]] of Object.entries(definitions))
    expect.soft(places[text], text).toEqual([src + source, expect.stringContaining(line ?? "")]);
});

test("the maps lead from the name of each member of a class or an interface to the same name", () => {
  const home = join(project, "node_modules/pageturn/dist");
  const lines = (path: string) => readFileSync(join(home, path), "utf8").split("\n");
  const wrong: string[] = [];
  let members = 0;
  let unmapped = 0;
  for (const file of readdirSync(home).filter((name) => name.endsWith(".ts.map"))) {
    const { mappings, sources } = JSON.parse(lines(file).join(""));
    const decoded = decode(mappings);
    const texts = sources.map(lines);
    for (const [index, text] of lines(file.slice(0, -4)).entries()) {
      const [, before = "", name = ""] =
        /^(\s+(?:(?:static|abstract|readonly|protected|get|set) )*)([\w$"]+)/.exec(text) ?? [];
      if (name === "") continue;
      members += 1;
      const segment = decoded[index]?.find(([column]) => column === before.length);
      if (segment === undefined || segment.length === 1) unmapped += 1;
      else if (!texts[segment[1]][segment[2]].slice(segment[3]).startsWith(name))
        wrong.push(`${file}: ${text}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(members).toBeGreaterThan(3_000);
  // Those that the build itself declares, and a few where the bundler leaves its own marks.
  expect(unmapped).toBeLessThan(15);
});

test("the package has the sources that its declarations lead to, and no other", () => {
  const maps = packed.paths.filter((path) => path.endsWith(".map"));
  const sources = maps.flatMap((path) => {
    const map = JSON.parse(readFileSync(join(project, "node_modules/pageturn", path), "utf8"));
    return map.sources.map((source: string) => source.replace("../", ""));
  });
  expect(packed.paths.filter((path) => path.startsWith("src/")).sort()).toEqual([...new Set(sources)].sort());
});
