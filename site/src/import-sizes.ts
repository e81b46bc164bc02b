import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "./pages.ts";

const IMPORT = /^import (\{[^}]*\}) from "(pageturn(?:\/[\w-]+)?)";/;

/** Entry points that only Node.js can load. */
const NODE_ONLY = new Set(["pageturn/testing"]);

/** The names that an import needs at run time; `""` if there are none. */
function runtimeNames(list: string): string {
  const names = list.slice(1, -1).split(",");
  return names
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("type "))
    .join(", ");
}

/**
 * The imports of the library in these texts, each with the bytes that a browser loads for it: bundled alone, minified and
 * compressed with gzip, as `npm run size` measures. The keys are the lines of code. The library must be built.
 */
export async function importSizes(texts: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const bytesOf = new Map<string, Promise<number>>();
  const sizes = new Map<string, number>();
  for (const line of texts.flatMap((text) => text.split("\n"))) {
    const [, list = "", from = ""] = IMPORT.exec(line) ?? [];
    const names = runtimeNames(list);
    if (names === "" || NODE_ONLY.has(from)) continue;
    const code = `export { ${names} } from "${from}";`;
    const bytes = bytesOf.get(code) ?? bundledBytes(code);
    bytesOf.set(code, bytes);
    sizes.set(line, await bytes);
  }
  return sizes;
}

async function bundledBytes(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(root, "site") },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    external: ["node:*"],
    legalComments: "none",
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}
