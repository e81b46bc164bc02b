// Installs the dependencies where that is needed, so that `npm start` and `npm test` work on a fresh clone.
// It runs before anything is installed: plain JavaScript, no dependency, no syntax that an old Node lacks.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const oldestNode = [20, 18];

/** The Node that runs npm: once installed, `node` is the pinned one, whatever the machine has. */
function machineNode() {
  const match = /\bnode\/v?(\d+\.\d+\.\d+)/.exec(process.env.npm_config_user_agent || "");
  return match ? match[1] : process.versions.node;
}

function isTooOld(version) {
  const [major, minor] = version.split(".").map(Number);
  return major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
}

/** npm writes its own record of node_modules last, so a broken install has none. */
function reasonToInstall() {
  const record = `${root}node_modules/.package-lock.json`;
  if (!existsSync(record)) return "nothing is installed yet";
  if (statSync(record).mtimeMs < statSync(`${root}package-lock.json`).mtimeMs)
    return "package-lock.json has changed";
  return "";
}

function npmCi() {
  // The machine's own Node and npm do the work: the pinned Node is about to be replaced.
  const cli = process.env.npm_execpath;
  const node = process.env.npm_node_execpath || process.execPath;
  const options = { cwd: root, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", maxBuffer: 2 ** 26 };
  return cli && /\.c?js$/.test(cli)
    ? spawnSync(node, [cli, "ci", "--no-audit", "--no-fund"], options)
    : spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
        ...options,
        shell: process.platform === "win32",
      });
}

function fail(message, code) {
  console.error(`pageturn: ${message}`);
  process.exit(code);
}

const version = machineNode();
if (isTooOld(version)) {
  fail(
    `Cannot run as Node must be ${oldestNode.join(".")} or newer: current version is ${version}.\n` +
      "Install a newer Node from https://nodejs.org and run the command again.",
    1,
  );
}

const reason = reasonToInstall();
if (reason) {
  console.log(`pageturn: installing the dependencies, as ${reason} (npm ci)`);
  const result = npmCi();
  if (result.error || result.status !== 0) {
    process.stderr.write(`${result.stdout || ""}${result.stderr || ""}`);
    const what = result.error
      ? `: ${result.error.message}`
      : ` (npm ci ended with ${result.status ?? result.signal})`;
    fail(
      `Cannot install the dependencies${what}.\n` +
        "See npm's message above. Is the npm registry reachable (npm ping)? Then run: npm ci",
      result.status || 1,
    );
  }
}

const pinned = `${root}node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`;
if (!existsSync(pinned)) {
  fail(
    "Cannot run as the pinned Node is missing: its install script did not run.\n" +
      "Allow install scripts for this repository: npm ci --ignore-scripts=false",
    1,
  );
}
