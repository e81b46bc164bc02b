import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** What `npm pack` says about a package. */
export interface Packed {
  /** The path of the .tgz file. */
  readonly file: string;
  /** Bytes of that file. */
  readonly size: number;
  /** The paths in it. */
  readonly paths: readonly string[];
}

/** Runs npm in a folder, and returns what it prints. Throws with that where it fails. */
export function npm(args: readonly string[], cwd: string): string {
  const cli = process.env["npm_execpath"];
  // Without `npm run` there is no npm_execpath: then it is the npm on PATH.
  const [command, first]: [string, string[]] = cli === undefined ? ["npm", []] : [process.execPath, [cli]];
  const { status, stdout, stderr, error } = spawnSync(command, [...first, ...args], {
    cwd,
    encoding: "utf8",
    timeout: 200_000,
    shell: cli === undefined && process.platform === "win32",
    // The errors of npm are what is thrown, also inside `npm run --silent`.
    env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", npm_config_loglevel: "error" },
  });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed\n${error ?? ""}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Builds the library if it is not built, and packs it into `folder` as it is published. */
export function packLibrary(folder: string): Packed {
  const { status } = spawnSync(process.execPath, [join(root, "scripts/build.ts"), "--if-stale"], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("The library does not build");
  const home = join(root, "packages/pageturn");
  const [pack]: { filename: string; size: number; files: { path: string }[] }[] = JSON.parse(
    npm(["pack", "--json", "--pack-destination", folder], home),
  );
  if (pack === undefined) throw new Error("npm pack packed nothing");
  const paths = pack.files.map(({ path }) => path);
  return { file: join(folder, pack.filename), size: pack.size, paths };
}

/** Makes a project with a `package.json` and installs the packed library in it. */
export function installPacked(
  project: string,
  { packed, manifest }: { packed: Packed; manifest: object },
): void {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "package.json"), `${JSON.stringify({ private: true, ...manifest })}\n`);
  npm(["install", "--no-audit", "--no-fund", "--prefer-offline", packed.file], project);
}
