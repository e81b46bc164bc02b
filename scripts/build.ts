// Builds packages/pageturn: tsc checks and compiles each file into build/, rollup bundles that into dist/.
// With --if-stale: only if a source is newer than what was built.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "rollup";

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
  "detect.md",
  "endpoints.md",
  "errors.md",
  "faults.md",
  "other-apis.md",
  "own-sdk.md",
  "own-strategy.md",
  "peers.md",
  "slices.md",
  "tanstack-query.md",
  "testing.md",
  "walks.md",
];

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isStale(): boolean {
  // Folders count too: they change when a file is removed. docs/ is written last.
  const sources = globSync("{src,src/**,*.json}", { cwd: home }).map((path) => join(home, path));
  const inputs = [import.meta.filename, join(root, "tsconfig.base.json"), ...sources];
  const built = Math.min(modified(join(dist, "pageturn.js")), modified(docs));
  return [...inputs, ...guides.map((guide) => join(root, "docs", guide))].some(
    (path) => modified(path) > built,
  );
}

interface Kind {
  readonly extension: string;
  readonly plugins?: Plugin[];
}

/** Bundles what was compiled from these sources, and returns the names of the files in `dist/`. */
async function bundle(sources: string, { extension, plugins = [] }: Kind): Promise<readonly string[]> {
  const { rollup } = await import("rollup");
  const names = globSync(sources, { cwd: src }).map((file) => file.replace(/\.ts$/, ""));
  const bundled = await rollup({
    input: Object.fromEntries(names.map((name) => [basename(name), join(compiled, name + extension)])),
    external: [/^node:/, "undici", "#default-transport"],
    plugins,
    logLevel: "warn",
    onwarn: ({ message }) => {
      // Aliases such as ListOf: TypeScript resolves them, so users never see their names.
      if (!message.includes("private shared type exports")) throw new Error(message);
    },
  });
  const { output } = await bundled.write({
    dir: dist,
    entryFileNames: `[name]${extension}`,
    chunkFileNames: ({ name }) => `${name.replace(/\.d$/, "")}.chunk${extension}`,
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    // Node takes about half a millisecond to find and link a file, however small.
    experimentalMinChunkSize: 5_000,
  });
  return output.map(({ fileName }) => fileName);
}

async function build(): Promise<void> {
  const tsc = join(root, "node_modules/@typescript/native/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", src], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);

  const { dts } = await import("rollup-plugin-dts");
  const written = [
    // The entry points of the package, and what is loaded by its path. All files are in one folder: a module loads its
    // worker from the folder of its own file, and rollup chooses that file.
    ...(await bundle("{*,**/default-transport*,**/*-worker}.ts", { extension: ".js" })),
    ...(await bundle("*.ts", { extension: ".d.ts", plugins: [dts()] })),
    basename(catalog),
  ];
  cpSync(catalog, join(dist, basename(catalog)));
  // dist/ is not emptied before: others may be reading it.
  for (const file of globSync("*", { cwd: dist })) {
    if (!written.includes(file)) rmSync(join(dist, file), { recursive: true });
  }
  rmSync(docs, { recursive: true, force: true });
  for (const guide of guides) cpSync(join(root, "docs", guide), join(docs, guide));
}

if (!process.argv.includes("--if-stale")) await build();
else if (isStale()) {
  console.log("pageturn: building packages/pageturn");
  await build();
}
