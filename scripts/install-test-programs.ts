// Installs the programs that the tests run and npm does not have, from Debian's packages. Elsewhere it says what to do, and
// the tests that need them fail.
import { spawnSync } from "node:child_process";
import { findBrowser } from "./browser/find-browser.ts";

const programs = [
  {
    what: "a browser",
    debian: "chromium",
    isThere: () => findBrowser() !== null,
    remedy: "Install Chromium or Chrome, or name one in PAGETURN_BROWSER.",
  },
  ...["zsh", "fish"].map((shell) => ({
    what: `the shell ${shell}, for its completions`,
    debian: shell,
    isThere: () => spawnSync(shell, ["--version"]).status === 0,
    remedy: `Install ${shell}.`,
  })),
];

function apt(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync("apt-get", ["-qq", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0) console.error(`${stdout ?? ""}${stderr ?? ""}`);
}

const missing = programs.filter(({ isThere }) => !isThere());
const hasApt = process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0;
if (missing.length > 0 && hasApt) {
  const packages = missing.map(({ debian }) => debian);
  const whats = missing.map(({ what }) => what).join("; ");
  console.log(`pageturn: installing for the tests: ${whats} (apt-get install ${packages.join(" ")})`);
  apt("update");
  apt("install", "--yes", "--no-install-recommends", ...packages);
}
for (const { what, isThere, remedy } of missing)
  if (!isThere()) console.error(`pageturn: the tests need ${what}. ${remedy}`);
