// Builds packages/pageturn: tsc checks and compiles each file into build/, rollup bundles that into dist/. Then the packages around it.
// With --if-stale: only if a source is newer than what was built.
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Plugin } from "rollup";
import { buildPackage, isPackageStale, packages } from "./build-packages.ts";
import { addMembers } from "./member-maps.ts";
import { withoutComments } from "./without-comments.ts";

const root = join(import.meta.dirname, "..");
const home = join(root, "packages/pageturn");
const src = join(home, "src");
const compiled = join(home, "build");
const dist = join(home, "dist");
const docs = join(home, "docs");

/** Read by the mock server, from the folder of its code. */
const catalog = join(src, "anthropic/catalog/generated/full-catalog.json");

/** What is written for users of the package, not for its developers. */
const guides = [
  "checkpoints.md",
  "detect.md",
  "endpoints",
  "endpoints.md",
  "errors.md",
  "faults.md",
  "how-it-works.md",
  "limits.md",
  "migrating.md",
  "options.md",
  "other-apis.md",
  "own-sdk.md",
  "own-strategy.md",
  "pages.md",
  "peers.md",
  "reports.md",
  "runtimes.md",
  "slices.md",
  "start.md",
  "sync-and-async.md",
  "tanstack-query.md",
  "testing.md",
  "tracing.md",
  "walk.svg",
  "walks.md",
];

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isStale(): boolean {
  // Folders count too: they change when a file is removed. docs/ is written last.
  const sources = globSync("{src,src/**,*.json}", { cwd: home }).map((path) => join(home, path));
  const texts = globSync(
    guides.map((guide) => `{${guide},${guide}/*}`),
    { cwd: join(root, "docs") },
  );
  const inputs = [import.meta.filename, join(root, "tsconfig.base.json"), ...sources];
  const built = Math.min(modified(join(dist, "pageturn.js")), modified(docs));
  return [...inputs, ...texts.map((text) => join(root, "docs", text))].some((path) => modified(path) > built);
}

/** The chunk of the types of items and parameters. They name no class of the library, so both forms of modules share them. */
const ITEMS = "items";

/** The chunk that several entries share; what only one of them needs is in its own file. */
function chunkOf(file: string): string | null {
  // The transports are loaded by a condition of the package, clients load them: what both need is below the two.
  if (
    /^(?:errors|pagination|adapters|http\/(?:assert-sendable|environment-variable|failures|fetch-transport|node-condition|sync\/blocking-|tracing|transport))/.test(
      file,
    )
  )
    return "core";
  if (/^(?:http\/(?:attempts|send|retry-policy)|client)/.test(file)) return "clients";
  // Declarations alone: several entries share them.
  if (/^anthropic\/catalog\/(?:open|generated\/(?:.+-)?(?:items|params|shapes))\.d\.ts$/.test(file))
    return ITEMS;
  if (/^anthropic\/(?:async-anthropic|catalog\/(?:served-endpoint|generated\/resources))\.d\.ts$/.test(file))
    return "lists";
  return null;
}

/** A form in which the library is published: as ES modules, and as CommonJS. */
interface Format {
  readonly format: "es" | "cjs";
  /** Of the files with code. */
  readonly code: string;
  /** Of the declarations. */
  readonly types: string;
}

const esModules: Format = { format: "es", code: ".js", types: ".d.ts" };
const commonJS: Format = { format: "cjs", code: ".cjs", types: ".d.cts" };

/**
 * What the declarations need of the platform, for programs without `dom` and `@types/node`: both declare these interfaces too, and
 * then this adds nothing to them.
 */
const platformTypes = `/// <reference lib="esnext.disposable" />
declare global {
  interface AbortSignal {}
  interface Headers {}
  interface RequestInit {}
  interface Response {}
  interface URL {}
  interface ReadableStream<R = any> {}
  namespace NodeJS {
    interface ReadableStream {}
  }
}
`;

interface Kind {
  readonly kind: "code" | "types";
  readonly formats: readonly Format[];
  readonly plugins?: Plugin[];
}

/** The program of the worker thread behind the sync clients, as one script that needs no file. */
async function workerCode(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(compiled, "http/sync/sync-worker.js")],
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    legalComments: "none",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** Bundles what was compiled from these sources, and returns the names of the files in `dist/`. */
async function bundle(sources: string, { kind, formats, plugins = [] }: Kind): Promise<readonly string[]> {
  const { rollup } = await import("rollup");
  const names = globSync(sources, { cwd: src }).map((file) => file.replace(/\.ts$/, ""));
  const compiledAs = kind === "code" ? ".js" : ".d.ts";
  const bundled = await rollup({
    input: Object.fromEntries(names.map((name) => [basename(name), join(compiled, name + compiledAs)])),
    external: [/^node:/, /^#/],
    plugins,
    logLevel: "warn",
    onwarn: ({ message }) => {
      // Aliases such as ListOf: TypeScript resolves them, so users never see their names.
      if (!message.includes("private shared type exports")) throw new Error(message);
    },
  });
  const written: string[] = [];
  for (const { format, ...extensions } of formats) {
    const extension = extensions[kind];
    const { output } = await bundled.write({
      dir: dist,
      // Declarations have no CommonJS syntax: their extension alone says which modules they describe.
      format: kind === "code" ? format : "es",
      exports: "named",
      banner: ({ fileName }) => (kind === "types" && fileName.startsWith("core.") ? platformTypes : ""),
      entryFileNames: `[name]${extension}`,
      chunkFileNames: ({ name }) => `${name.replace(/\.d$/, "")}.chunk${extension}`,
      hoistTransitiveImports: false,
      // From declarations to the sources, which are published too: an editor goes to a definition there.
      sourcemap: kind === "types",
      sourcemapExcludeSources: true,
      minifyInternalExports: false,
      // Without `import()`, which Jest refuses in its default mode.
      dynamicImportInCjs: false,
      // Node takes about a millisecond to find and link a file, however small.
      manualChunks: (id) => chunkOf(relative(compiled, id).replaceAll("\\", "/")),
    });
    written.push(...output.map(({ fileName }) => fileName));
  }
  return written;
}

/** Keeps `import.meta.url` working in CommonJS, also where a test environment has a `document`. */
const fileURL: Plugin = {
  name: "file-url",
  resolveImportMeta: (property, { format }) =>
    format === "cjs" && property === "url" ? 'require("node:url").pathToFileURL(__filename).href' : null,
};

/** Keeps npm from packing other sources than those that the maps of the declarations lead to: all of them are 140 kB more. */
function publishSources(maps: readonly string[]): void {
  const named = new Set(
    maps.flatMap((file) => {
      const { sources }: { sources: string[] } = JSON.parse(readFileSync(join(dist, file), "utf8"));
      return sources.map((source) => join(dist, source));
    }),
  );
  const others = globSync("**/*.*", { cwd: src }).filter((file) => !named.has(join(src, file)));
  const lines = others.map((file) => `/${file.replaceAll("\\", "/")}\n`);
  writeFileSync(join(src, ".npmignore"), lines.sort().join(""));
}

async function build(): Promise<void> {
  // A file that appears later would make the folder newer than what is built of it.
  appendFileSync(join(src, ".npmignore"), "");
  const tsc = join(root, "node_modules/@typescript/native/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", src], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);

  const code = `export const WORKER_CODE = ${JSON.stringify(await workerCode())};`;
  const plugins: Plugin[] = [
    fileURL,
    { name: "worker-code", load: (id) => (basename(id) === "worker-code.js" ? code : null) },
    // The declarations have those for users, and the sources are published too.
    { name: "without-comments", renderChunk: (text) => withoutComments(text) },
  ];
  const { dts } = await import("rollup-plugin-dts");
  const written = [
    // The entry points of the package, and what is loaded by its path. All files are in one folder: a module loads the
    // mock server from the folder of its own file, and rollup chooses that file.
    // A thread takes ES modules from CommonJS too, so that of the mock server is there once.
    ...(await bundle("{!(types|named-types),**/default-transport*,**/server-worker}.ts", {
      kind: "code",
      formats: [esModules],
      plugins,
    })),
    ...(await bundle("{!(types|named-types),**/default-transport*}.ts", {
      kind: "code",
      formats: [commonJS],
      plugins,
    })),
    ...(await bundle("*.ts", {
      kind: "types",
      formats: [esModules, commonJS],
      plugins: [dts({ sourcemap: true })],
    })),
    basename(catalog),
  ];
  // For CommonJS they are the same types, and half of all declarations. Their map goes with the file below.
  const shared = `export type * from "./${ITEMS}.chunk.js" with { "resolution-mode": "import" };\n`;
  writeFileSync(join(dist, `${ITEMS}.chunk${commonJS.types}`), shared);
  cpSync(catalog, join(dist, basename(catalog)));
  written.splice(written.indexOf(`${ITEMS}.chunk${commonJS.types}.map`), 1);
  // dist/ is not emptied before: others may be reading it.
  for (const file of globSync("*", { cwd: dist })) {
    if (!written.includes(file)) rmSync(join(dist, file), { recursive: true });
  }
  const maps = written.filter((file) => file.endsWith(".map"));
  for (const file of maps) addMembers(file, { src, compiled, dist });
  publishSources(maps);
  rmSync(docs, { recursive: true, force: true });
  for (const guide of guides) cpSync(join(root, "docs", guide), join(docs, guide), { recursive: true });
}

const always = !process.argv.includes("--if-stale");
if (always || isStale()) {
  if (!always) console.log("pageturn: building packages/pageturn");
  await build();
}
for (const name of packages) {
  if (!always && !isPackageStale(name)) continue;
  if (!always) console.log(`pageturn: building packages/${name}`);
  await buildPackage(name);
}
