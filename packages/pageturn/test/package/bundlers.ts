import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

/** What a bundler makes of one or more programs. */
export interface Bundle {
  /** The programs, by the names of the files that are made of them. */
  readonly entries: Readonly<Record<string, string>>;
  /** The folder of the output. */
  readonly outDir: string;
  readonly platform: "node" | "browser";
  readonly format: "esm" | "cjs";
  /** Whether what is loaded later, or used by several programs, may be in files of its own. */
  readonly isSplit: boolean;
}

/** Where programs are written and bundled, and where their bundles are moved to. */
export interface BundleFolders {
  readonly source: string;
  readonly target: string;
  /** Removes both. */
  remove(): void;
}

/** Makes the folders, and writes the programs into the first one. */
export function bundleFolders(programs: Readonly<Record<string, string>>): BundleFolders {
  // Inside the package, so that bundlers find the library.
  const source = mkdtempSync(join(import.meta.dirname, "bundles-"));
  const target = mkdtempSync(join(tmpdir(), "pageturn-"));
  for (const [file, program] of Object.entries(programs)) writeFileSync(join(source, file), program);
  return {
    source,
    target,
    remove: () => {
      for (const folder of [source, target]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Bundler = (bundle: Bundle) => Promise<unknown>;

function extension({ platform, format }: Bundle): string {
  if (platform === "browser") return ".js";
  return format === "esm" ? ".mjs" : ".cjs";
}

export function bundleWithEsbuild(bundle: Bundle): Promise<unknown> {
  const { entries, outDir, platform, format, isSplit } = bundle;
  return esbuild.build({
    entryPoints: entries,
    outdir: outDir,
    outExtension: { ".js": extension(bundle) },
    bundle: true,
    platform,
    format,
    splitting: isSplit && format === "esm",
    logLevel: "silent",
  });
}

export async function bundleWithRollup(bundle: Bundle): Promise<void> {
  const { entries, outDir, platform, format, isSplit } = bundle;
  const bundled = await rollup({
    input: entries,
    plugins: [nodeResolve({ exportConditions: [platform], browser: platform === "browser" })],
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  await bundled.write({
    dir: outDir,
    format: format === "esm" ? "es" : "cjs",
    entryFileNames: `[name]${extension(bundle)}`,
    chunkFileNames: `[name]-chunk${extension(bundle)}`,
    ...(isSplit ? {} : { inlineDynamicImports: true }),
  });
}

export async function bundleWithVite(bundle: Bundle): Promise<void> {
  const { entries, outDir, platform, format } = bundle;
  await vite({
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: platform === "node",
      outDir,
      emptyOutDir: false,
      rollupOptions: {
        input: entries,
        preserveEntrySignatures: "strict",
        output: {
          format: format === "esm" ? "es" : "cjs",
          entryFileNames: `[name]${extension(bundle)}`,
          chunkFileNames: `[name]-chunk${extension(bundle)}`,
        },
      },
    },
  });
}

export function bundleWithWebpack(bundle: Bundle): Promise<void> {
  const { entries, outDir, platform, format, isSplit } = bundle;
  const isESM = format === "esm" && platform === "node";
  const configuration: webpack.Configuration = {
    mode: "production",
    target: platform === "node" ? "node20" : "web",
    entry: entries,
    ...(isESM && { experiments: { outputModule: true } }),
    output: {
      path: outDir,
      filename: `[name]${extension(bundle)}`,
      chunkFilename: `[name]-chunk${extension(bundle)}`,
      ...(isESM && { module: true, chunkFormat: "module" }),
    },
    // Minified once: that takes most of the time. A page loads its program alone, without a file beside it.
    optimization: {
      minimize: !isSplit,
      splitChunks: isSplit && platform === "node" && { chunks: "async", minSize: 0 },
    },
    ...(!isSplit && { plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })] }),
  };
  return runWebpack(configuration);
}

/** As Next.js bundles a route for its server: CommonJS with chunks beside it, the library inside of them. */
export function bundleLikeNext({ entries, outDir }: Bundle): Promise<void> {
  return runWebpack({
    mode: "production",
    target: "node20",
    entry: Object.fromEntries(Object.entries(entries).map(([name, file]) => [`app/${name}/route`, file])),
    resolve: { conditionNames: ["react-server", "node", "import", "require", "default"] },
    output: { path: join(outDir, "server"), filename: "[name].js", chunkFilename: "chunks/[id].js" },
    optimization: { minimize: false, splitChunks: { chunks: "all", minSize: 0 }, moduleIds: "deterministic" },
  });
}

function runWebpack(configuration: webpack.Configuration): Promise<void> {
  return new Promise((resolve, reject) => {
    webpack(configuration, (error, stats) => {
      if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toString("errors-only")));
      else resolve();
    });
  });
}
