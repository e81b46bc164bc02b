// Plays every fault to pageturn and to the official SDK and writes docs/faults.md. With --check it writes nothing and
// fails where the file is not what it would write.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faultsPage } from "./faults-page.ts";
import { ownVersion } from "./own-version.ts";
import { playAll } from "./play-all.ts";

const file = fileURLToPath(new URL("../../../../docs/faults.md", import.meta.url));
const page = faultsPage(await playAll(), ownVersion());

if (!process.argv.includes("--check")) {
  writeFileSync(file, page);
  console.log("docs/faults.md is written");
} else if (readFileSync(file, "utf8") !== page) {
  console.error("docs/faults.md is not what the clients do now. Run: npm run faults");
  process.exitCode = 1;
}
// Walks of the SDK that were cut may still wait for an answer, or for an hour to pass.
process.exit();
