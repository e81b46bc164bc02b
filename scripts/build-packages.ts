import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";

const root = join(import.meta.dirname, "..");

/** The packages around the library, in the order in which they need each other. */
export const packages = ["postgres", "cli"] as const;

export type PackageName = (typeof packages)[number];

/** Whether a source of a package is newer than what was built. */
export function isPackageStale(name: PackageName): boolean {
  const home = join(root, "packages", name);
  const built = globSync("dist/{index,main}.js", { cwd: home })
    .map((file) => statSync(join(home, file)).mtimeMs)
    .at(0);
  // Folders count too: they change when a file is removed.
  const sources = globSync("{src,src/**,*.json}", { cwd: home }).map((path) => join(home, path));
  return [import.meta.filename, join(root, "tsconfig.base.json"), ...sources].some(
    (path) => statSync(path).mtimeMs > (built ?? 0),
  );
}

/** Builds a package into its dist/. What it needs has to be built before, as its declarations are read. */
export async function buildPackage(name: PackageName): Promise<void> {
  const home = join(root, "packages", name);
  const tsc = join(root, "node_modules/@typescript/native/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(home, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  const dist = join(home, "dist");
  const written = name === "cli" ? await bundleProgram(home) : compiledFiles(home);
  // dist/ is not emptied before: others may be running what is in it.
  for (const file of globSync("**/*.*", { cwd: dist })) {
    if (!written.includes(file.replaceAll("\\", "/"))) rmSync(join(dist, file));
  }
}

/** The files in dist/ that tsc makes of the sources of a package. */
function compiledFiles(home: string): readonly string[] {
  const sources = globSync("**/*.ts", { cwd: join(home, "src") });
  return sources.flatMap((file) => {
    const path = file.replaceAll("\\", "/").replace(/\.ts$/, "");
    return [`${path}.js`, `${path}.d.ts`];
  });
}

/** Bundles the modules of a program that are always loaded together, and returns the names of the files in dist/. */
async function bundleProgram(home: string): Promise<readonly string[]> {
  const { rollup } = await import("rollup");
  const program = await rollup({
    input: join(home, "build/main.js"),
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    logLevel: "warn",
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  const { output } = await program.generate({
    format: "es",
    chunkFileNames: "[name].chunk.js",
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    // Node takes about a millisecond to find and link a file, however small.
    experimentalMinChunkSize: 100_000,
  });
  const chunks = output.filter((file) => file.type === "chunk");
  mkdirSync(join(home, "dist"), { recursive: true });
  // The entry is the last one: whether it is there says whether all are.
  for (const { fileName, code } of chunks.toSorted(
    (one, other) => Number(one.isEntry) - Number(other.isEntry),
  ))
    writeFileSync(join(home, "dist", fileName), code);
  return chunks.map(({ fileName }) => fileName);
}
