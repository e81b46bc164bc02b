import { readFileSync } from "node:fs";

/** The version of pageturn in this repository. */
export function ownVersion(): string {
  const manifest = new URL("../../../pageturn/package.json", import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, "utf8"));
  return version;
}
