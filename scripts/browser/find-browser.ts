import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { LaunchOptions } from "playwright-core";
import { npmBrowser } from "./npm-browser.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe"];

/** Where Chrome is put by its own installer. */
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The browser that the tests use: what `PAGETURN_BROWSER` names, else the one that an npm package brings, else a Chromium or
 * Chrome of this machine; null where there is none.
 *
 * @throws where `PAGETURN_BROWSER` names no file.
 */
export function findBrowser(): string | null {
  const named = process.env["PAGETURN_BROWSER"];
  if (named && !existsSync(named))
    throw new Error(
      `Cannot use PAGETURN_BROWSER=${named} as there is no such file: name the program of a browser`,
    );
  const chosen = named || npmBrowser();
  if (chosen !== null) return chosen;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places];
  return candidates.find((path) => existsSync(path)) ?? null;
}

/**
 * How playwright starts that browser.
 *
 * @throws where there is none.
 */
export function chromiumOptions(): LaunchOptions {
  const executablePath = findBrowser();
  if (executablePath === null)
    throw new Error(
      "Cannot test in a browser as there is none: install Chromium or Chrome, or name one in PAGETURN_BROWSER",
    );
  // Root has no sandbox, nor have machines of CI that restrict user namespaces, such as ubuntu-latest. Nothing but the sites of
  // the tests is to be asked for anything.
  const hasSandbox = process.getuid?.() !== 0 && !process.env["CI"];
  const noSandbox = hasSandbox ? [] : ["--no-sandbox"];
  const quiet = ["--disable-background-networking", "--disable-component-update", "--no-proxy-server"];
  return { executablePath, args: [...noSandbox, ...quiet] };
}
