import { existsSync } from "node:fs";

/** The Firefox of Debian's packages, or another one in its place; null where there is none. */
export function findFirefox(): string | null {
  return ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) => existsSync(path)) ?? null;
}
