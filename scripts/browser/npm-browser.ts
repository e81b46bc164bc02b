import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const root = join(import.meta.dirname, "../..");

/**
 * The Chromium that the package `@sparticuz/chromium` brings, unpacked into `node_modules/.cache`; null where it does not run: it
 * is for Linux on x64. It brings the libraries that a small Debian lacks.
 */
export function npmBrowser(): string | null {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const packed = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../bin");
  const { version } = JSON.parse(readFileSync(join(packed, "../package.json"), "utf8"));
  const folder = join(root, `node_modules/.cache/chromium-${version}`);
  const program = join(folder, "chromium.sh");
  if (existsSync(program)) return program;
  console.log(`pageturn: unpacking the browser of @sparticuz/chromium ${version} for the tests`);
  mkdirSync(dirname(folder), { recursive: true });
  // Under another name until it is whole: other processes look for it too.
  const made = mkdtempSync(`${folder}-`);
  writeFileSync(join(made, "chromium"), unpacked(join(packed, "chromium.br")), { mode: 0o755 });
  const { status, stderr } = spawnSync("tar", ["-x", "-C", made], {
    input: unpacked(join(packed, "al2023.tar.br")),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Cannot unpack the libraries of @sparticuz/chromium: ${stderr}`);
  const script = '#!/bin/sh\nhere=$(dirname "$0")\nLD_LIBRARY_PATH="$here/lib" exec "$here/chromium" "$@"\n';
  writeFileSync(join(made, "chromium.sh"), script, { mode: 0o755 });
  try {
    renameSync(made, folder);
  } catch {
    // Another process was first.
    rmSync(made, { recursive: true });
  }
  return program;
}

function unpacked(file: string): Buffer {
  return brotliDecompressSync(readFileSync(file));
}
