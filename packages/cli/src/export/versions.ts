import { createRequire } from "node:module";

/** The versions of the programs that wrote a file. */
export interface Versions {
  readonly cli: string;
  readonly pageturn: string;
  readonly node: string;
}

/** The versions of this program, of the library and of Node. */
export function versions(): Versions {
  const require = createRequire(import.meta.url);
  const { version: cli }: { version: string } = require("../../package.json");
  const { version: pageturn }: { version: string } = require("pageturn/package.json");
  return { cli, pageturn, node: process.versions.node };
}
