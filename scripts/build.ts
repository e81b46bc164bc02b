// Builds packages/pageturn: tsc compiles and checks each file, rollup joins what is loaded together.
// With --if-stale: only where dist does not match src, and says so.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const home = `${root}packages/pageturn/`;
/** Read by the mock server, and copied as it is. */
const catalog = "anthropic/catalog/generated/full-catalog.json";
const inputs = [
  import.meta.filename,
  `${home}tsconfig.json`,
  `${home}package.json`,
  `${root}tsconfig.base.json`,
  `${home}src/${catalog}`,
];

/** What the outside knows by its path: package.json names the first five, `new Worker()` the others. */
const entries = [
  "pageturn",
  "pagination",
  "testing",
  "http/default-transport",
  "http/default-transport.node",
  "http/sync/sync-worker",
  "testing/server-worker",
];

/**
 * The files that several entries share, and the modules in them; every other module goes into the one entry that
 * uses it. Browsers cannot load what has to do with undici, and a worker is looked for beside who starts it.
 */
const joined: readonly (readonly [file: string, modules: RegExp])[] = [
  ["errors/errors", /^errors\//],
  ["pagination/walks", /^pagination\//],
  ["http/undici", /^http\/(undici-|decode-body)/],
  ["http/sync/sync-transport", /^http\/sync\/sync-(transport|bridge)/],
  ["http/send", /^http\//],
  ["anthropic/endpoints", /^anthropic\/catalog\/(generated\/endpoints|endpoint)$/],
  ["testing/server-thread", /^testing\/server-(thread|config)/],
];

function filesBelow(folder: string, pattern: string): string[] {
  return globSync(pattern, { cwd: home + folder }).map((file) => file.replaceAll("\\", "/"));
}

/** The outputs that the sources ask for, as paths below dist. */
function wanted(): Set<string> {
  const declarations = filesBelow("src", "**/*.ts").map((file) => file.replace(/\.ts$/, ".d.ts"));
  return new Set([
    ...declarations,
    catalog,
    ...[...entries, ...joined.map(([file]) => file)].map((file) => `${file}.js`),
  ]);
}

/** What is written for users of the package, not for its developers. */
const guides = ["endpoints.md", "errors.md", "faults.md", "other-apis.md", "testing.md", "walks.md"];

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** All outputs are written or none, so times alone tell whether they are up to date. */
function isStale(): boolean {
  const sources = filesBelow("src", "**/*.ts").map((file) => `${home}src/${file}`);
  const newest = Math.max(...[...sources, ...inputs].map(modified));
  const outputs = wanted();
  return (
    filesBelow("dist", "**/*.*").length !== outputs.size ||
    guides.some((guide) => modified(`${home}docs/${guide}`) < modified(`${root}docs/${guide}`)) ||
    [...outputs].some((file) => modified(`${home}dist/${file}`) < newest)
  );
}

/** A file whose source is gone must not be published. dist is not emptied before: others may be reading it. */
function removeLeftovers(): void {
  const keep = wanted();
  for (const file of filesBelow("dist", "**/*.*")) {
    if (!keep.has(file)) rmSync(`${home}dist/${file}`);
  }
}

async function join(): Promise<void> {
  // Loaded here, as most calls find nothing to do.
  const { rollup } = await import("@rollup/wasm-node");
  const compiled = `${home}build/`;
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((name) => [name, `${compiled}${name}.js`])),
    external: [/^node:/, "undici", "#default-transport"],
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.write({
    dir: `${home}dist`,
    format: "es",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks: (id) => {
      const module = id.slice(compiled.length).replace(/\.js$/, "");
      return entries.includes(module) ? undefined : joined.find(([, modules]) => modules.test(module))?.[0];
    },
  });
  const unnamed = output.find(({ fileName }) => !wanted().has(fileName));
  if (unnamed === undefined) return;
  throw new Error(
    `Cannot build as several entries share ${unnamed.fileName}: say in joined where it belongs`,
  );
}

/** The guides go with the package: its README leads to them. */
function copyGuides(): void {
  rmSync(`${home}docs`, { recursive: true, force: true });
  for (const guide of guides) cpSync(`${root}docs/${guide}`, `${home}docs/${guide}`);
}

async function build(): Promise<number> {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const { status } = spawnSync(process.execPath, [tsc, "-p", home], { cwd: root, stdio: "inherit" });
  if (status !== 0) return status ?? 1;
  await join();
  cpSync(`${home}src/${catalog}`, `${home}dist/${catalog}`);
  removeLeftovers();
  copyGuides();
  return 0;
}

if (!process.argv.includes("--if-stale")) {
  process.exitCode = await build();
} else if (isStale()) {
  console.log("pageturn: building packages/pageturn");
  process.exitCode = await build();
}
