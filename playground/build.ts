// Builds the page into dist/: static files that work under any path, with the mock server as a service worker.
// With --if-stale: only if a source is newer than what was built.
import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { readCatalog } from "pageturn/catalog";
import { build, type InlineConfig, type Plugin } from "vite";
import { listChoice } from "./src/setup/list-choice.ts";

const root = fileURLToPath(new URL("./", import.meta.url));
const dist = `${root}dist`;
const target = "es2023";

/** The catalog as modules: `pageturn/catalog` reads a file, which a browser cannot. */
function catalogModules(): Plugin {
  const catalog = readCatalog();
  const modules: Readonly<Record<string, string>> = {
    "virtual:catalog": `export const catalog = JSON.parse(${JSON.stringify(JSON.stringify(catalog))});`,
    "virtual:lists": `export const lists = JSON.parse(${JSON.stringify(JSON.stringify(catalog.endpoints.map(listChoice)))});`,
  };
  return {
    name: "catalog-modules",
    resolveId: (id) => (Object.hasOwn(modules, id) ? `\0${id}` : null),
    load: (id) => modules[id.slice(1)] ?? null,
  };
}

const common: InlineConfig = {
  root,
  configFile: false,
  base: "./",
  logLevel: "warn",
  plugins: [catalogModules()],
};

function isStale(): boolean {
  const built = statSync(`${dist}/service-worker.js`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // Folders count too: they change when a file is removed.
  const patterns = [
    "{build.ts,index.html,package.json,src,src/**}",
    "../packages/pageturn/{src,src/**,dist/*.js}",
  ];
  return globSync(patterns, { cwd: root }).some((path) => statSync(root + path).mtimeMs > built);
}

async function buildPage(): Promise<void> {
  const outDir = mkdtempSync(`${root}.build-`);
  try {
    const page = { target, outDir, emptyOutDir: false };
    await build({
      ...common,
      oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
      build: { ...page, modulePreload: { polyfill: false } },
    });
    await build({
      ...common,
      build: {
        ...page,
        rolldownOptions: {
          input: `${root}src/service-worker.ts`,
          output: { format: "iife", entryFileNames: "service-worker.js" },
        },
      },
    });
    replaceFiles(outDir);
  } finally {
    rmSync(outDir, { recursive: true });
  }
}

/** Moves the files into dist/, one by one: a server may be reading it. */
function replaceFiles(from: string): void {
  const files = globSync("**/*.*", { cwd: from }).sort();
  for (const file of files) {
    mkdirSync(dirname(`${dist}/${file}`), { recursive: true });
    renameSync(`${from}/${file}`, `${dist}/${file}`);
  }
  for (const file of globSync("**/*.*", { cwd: dist })) if (!files.includes(file)) rmSync(`${dist}/${file}`);
}

const always = !process.argv.includes("--if-stale");
if (always || isStale()) {
  if (!always) console.log("pageturn: building playground");
  await buildPage();
}
