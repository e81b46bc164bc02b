import { createRequire } from "node:module";

/** The versions of the programs that wrote a file. */
export interface Versions {
  readonly cli: string;
  readonly pageturn: string;
  readonly node: string;
}

const require = createRequire(import.meta.url);

/** The version of this program. */
export function ownVersion(): string {
  const { version }: { version: string } = require("../package.json");
  return version;
}

/** The versions of this program, of the library and of Node. */
export function versions(): Versions {
  const { version: pageturn }: { version: string } = require("pageturn/package.json");
  return { cli: ownVersion(), pageturn, node: process.versions.node };
}
