import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { buildLibrary } from "../../packages/pageturn/test/docs/build-library.ts";

const site = join(import.meta.dirname, "..");

/** The folder of the built site. */
export const dist = join(site, "dist");

/** Builds the site and returns what the build printed. Throws if it fails. */
export async function buildSite(): Promise<string> {
  buildLibrary();
  const child = spawn(process.execPath, [join(site, "src/build.ts")], {
    env: { ...process.env, NO_COLOR: "1", NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`The site does not build:\n${out}${error}`);
  return out + error;
}

/** The files of the built site whose names end so, from its root. */
export function builtFiles(ending: string): string[] {
  return globSync(`**/*${ending}`, { cwd: dist })
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
}

/** The text of a built file. */
export function built(file: string): string {
  return readFileSync(join(dist, file), "utf8");
}
