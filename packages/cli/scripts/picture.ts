// `npm run picture --workspace @pageturn/cli`: runs commands in a terminal against the mock server, and draws what it shows
// as picture.svg, which the README has. With --check: only says whether the picture is current.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMockServer } from "pageturn/testing";
import { screenLines } from "./screen-lines.ts";
import { terminalPicture } from "./terminal-picture.ts";

const home = join(import.meta.dirname, "..");
const COLUMNS = 100;
const COMMANDS = [
  "pageturn lists activities",
  "pageturn list compliance.activities --created-at-gte 2026-09-24 --max-items 4",
  "pageturn list modells",
  "pageturn export compliance.activities --created-at-gte 2026-09-24 -o activities.parquet",
  "pageturn list models --max-items 3 --format csv --fields id,created_at",
];

/** What a terminal receives from a command: `script` of Debian's bsdutils records it. */
function record(command: string, env: NodeJS.ProcessEnv): string {
  const line = command.replace(/^pageturn/, `"${process.execPath}" "${join(home, "bin/pageturn.js")}"`);
  const { stdout, error } = spawnSync("script", ["-qec", `stty cols ${COLUMNS}; exec ${line}`, "/dev/null"], {
    encoding: "utf8",
    env,
    // Where the exports go.
    cwd: folder,
  });
  if (error) throw error;
  return `\u001b[32m$\u001b[39m \u001b[1m${command}\u001b[22m\r\n${stdout}\r\n`;
}

const folder = mkdtempSync(join(tmpdir(), "pageturn-picture-"));
await using server = await startMockServer();
const env = {
  PATH: process.env["PATH"],
  TERM: "xterm-256color",
  ANTHROPIC_BASE_URL: server.url,
  ANTHROPIC_API_KEY: server.apiKey,
};
const recording = COMMANDS.map((command) => record(command, env)).join("");
rmSync(folder, { recursive: true });
const picture = terminalPicture(await screenLines(recording, COLUMNS), COLUMNS);
const file = join(home, "picture.svg");
if (!process.argv.includes("--check")) writeFileSync(file, picture);
else if (readFileSync(file, "utf8") !== picture) {
  console.error("picture.svg is not what a terminal shows now: npm run picture --workspace @pageturn/cli");
  process.exitCode = 1;
}
