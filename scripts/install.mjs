// Installs the dependencies if node_modules does not match package-lock.json, so that every command works on a fresh
// clone. It runs on the machine's own Node: plain JavaScript, no dependency, no syntax that an old Node lacks.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

function fail(message, code) {
  console.error(`pageturn: ${message}`);
  process.exit(code);
}

// Once installed, `node` is the pinned one. The user agent names the Node that runs npm.
const agent = process.env.npm_config_user_agent || "";
const version = (/\bnode\/v?([\d.]+)/.exec(agent) || ["", process.versions.node])[1];
const [major, minor] = version.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 18)) {
  fail(
    `Cannot run as Node must be 20.18 or newer: current version is ${version}.\n` +
      "Install a newer Node from https://nodejs.org and run the command again.",
    1,
  );
}

// npm writes its own record of node_modules last, so a broken install has none.
const record = `${root}node_modules/.package-lock.json`;
if (!existsSync(record) || statSync(record).mtimeMs < statSync(`${root}package-lock.json`).mtimeMs) {
  console.log("pageturn: installing the dependencies (npm ci)");
  // By the Node that runs npm: npm ci is about to replace the pinned one.
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  const [command, ...args] = node && npm ? [node, npm, "ci"] : ["npm", "ci"];
  const { status, stdout, stderr } = spawnSync(command, [...args, "--no-audit", "--no-fund"], {
    cwd: root,
    encoding: "utf8",
    shell: command === "npm" && process.platform === "win32",
  });
  if (status !== 0) {
    fail(
      `Cannot install the dependencies: npm ci failed.\n${stdout}${stderr}\n` +
        "Is the npm registry reachable (npm ping)? Then run: npm ci",
      status || 1,
    );
  }
}

if (!existsSync(`${root}node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`)) {
  fail(
    "Cannot run as the pinned Node is missing: its install script did not run.\n" +
      "Allow install scripts for this repository: npm ci --ignore-scripts=false",
    1,
  );
}
