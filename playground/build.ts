// Builds the page into dist/: static files that work under any path, with the mock server as a service worker.
import { fileURLToPath } from "node:url";
import { readCatalog } from "pageturn/catalog";
import { build, type InlineConfig, type Plugin } from "vite";
import { listChoice } from "./src/setup/list-choice.ts";

const root = fileURLToPath(new URL("./", import.meta.url));
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

await build({
  ...common,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target, outDir: "dist", emptyOutDir: true, modulePreload: { polyfill: false } },
});
await build({
  ...common,
  build: {
    target,
    outDir: "dist",
    emptyOutDir: false,
    copyPublicDir: false,
    rolldownOptions: {
      input: `${root}src/service-worker.ts`,
      output: { format: "iife", entryFileNames: "service-worker.js" },
    },
  },
});
