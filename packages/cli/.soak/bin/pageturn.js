#!/usr/bin/env node
// npm links this file when it installs the repository, before anything is built. It has to run on a Node that is too old.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  console.error(`error: pageturn needs Node.js 22.15 or later: this is ${process.versions.node}`);
  process.exitCode = 1;
} else {
  await import("../dist/main.js");
}
