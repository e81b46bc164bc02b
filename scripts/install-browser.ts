// Installs a browser for the tests where there is none: Debian's Chromium, as npm has none. Elsewhere it says what to do,
// and the tests that need one fail.
import { spawnSync } from "node:child_process";
import { findBrowser } from "./browser/find-browser.ts";

const remedy = "Install Chromium or Chrome, or name one in PAGETURN_BROWSER.";

function apt(...args: string[]): boolean {
  const { status, stdout, stderr } = spawnSync("apt-get", ["-qq", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0) console.error(`${stdout ?? ""}${stderr ?? ""}`);
  return status === 0;
}

if (findBrowser() === null) {
  const isRoot = process.getuid?.() === 0;
  const hasApt = spawnSync("apt-get", ["--version"]).status === 0;
  if (isRoot && hasApt) {
    console.log("pageturn: installing a browser for the tests (apt-get install chromium)");
    apt("update");
    apt("install", "--yes", "--no-install-recommends", "chromium");
  }
  if (findBrowser() === null) console.error(`pageturn: no browser for the tests. ${remedy}`);
}
