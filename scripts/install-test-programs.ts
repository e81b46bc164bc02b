// Installs the programs that the tests run and npm does not have, from Debian's packages. Elsewhere it says what to do, and
// the tests that need them fail. Arguments name more programs: `firefox` for `npm run runtimes`.
import { spawnSync } from "node:child_process";
import { findBrowser } from "./browser/find-browser.ts";
import { findFirefox } from "./browser/find-firefox.ts";

interface TestProgram {
  /** What it is, and what needs it. */
  readonly what: string;
  readonly debian: string;
  readonly isThere: () => boolean;
  readonly remedy: string;
}

const always: readonly TestProgram[] = [
  {
    what: "a browser, for the tests in a browser: the one that npm brings does not run on this machine",
    debian: "chromium",
    isThere: () => findBrowser() !== null,
    remedy: "Install Chromium or Chrome, or name one in PAGETURN_BROWSER.",
  },
  ...["zsh", "fish"].map((shell) => ({
    what: `the shell ${shell}, for the tests of its completions`,
    debian: shell,
    isThere: () => spawnSync(shell, ["--version"]).status === 0,
    remedy: `Install ${shell}.`,
  })),
];

const firefox: TestProgram = {
  what: "Firefox, for npm run runtimes",
  debian: "firefox-esr",
  // Elsewhere the table says that it comes from Debian.
  isThere: () => process.platform !== "linux" || findFirefox() !== null,
  remedy: "Install Firefox.",
};

function apt(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync("apt-get", ["-qq", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0) console.error(`${stdout ?? ""}${stderr ?? ""}`);
}

const wanted = process.argv.includes("firefox") ? [...always, firefox] : always;
const missing = wanted.filter(({ isThere }) => !isThere());
const packages = missing.map(({ debian }) => debian);
const command = `apt-get install --yes --no-install-recommends ${packages.join(" ")}`;
const hasApt = spawnSync("apt-get", ["--version"]).status === 0;
const mayInstall = hasApt && process.getuid?.() === 0;
if (missing.length > 0 && mayInstall) {
  console.log(`pageturn: running: ${command}`);
  for (const { what, debian } of missing) console.log(`pageturn: ${debian} is ${what}`);
  apt("update");
  apt("install", "--yes", "--no-install-recommends", ...packages);
}
const left = missing.filter(({ isThere }) => !isThere());
for (const { what, remedy } of left) console.error(`pageturn: the tests need ${what}. ${remedy}`);
if (left.length > 0 && hasApt && !mayInstall) console.error(`pageturn: run once: sudo ${command}`);
