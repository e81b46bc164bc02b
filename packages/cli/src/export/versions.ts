import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The versions of the programs that wrote a file. */
export interface Versions {
  readonly cli: string;
  readonly pageturn: string;
  readonly node: string;
}

/** The versions of this program, of the library and of Node. */
export function versions(): Versions {
  return {
    cli: ownVersion(),
    pageturn: versionIn(createRequire(import.meta.url).resolve("pageturn/package.json")),
    node: process.versions.node,
  };
}

function ownVersion(): string {
  // The source is one folder deeper than a build in one folder.
  for (const up of ["../package.json", "../../package.json"]) {
    try {
      return versionIn(new URL(up, import.meta.url));
    } catch {}
  }
  return "unknown";
}

function versionIn(file: string | URL): string {
  const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}
