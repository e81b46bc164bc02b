// Builds the site into site/dist: pages from the Markdown of the repository, the API reference, and what programs read.
import { join } from "node:path";
import { build } from "vitepress";
import { writeApiReference } from "./api-reference.ts";
import { writeTwins } from "./twins.ts";
import { writePages } from "./write-pages.ts";

const site = join(import.meta.dirname, "..");

writePages();
await writeApiReference();
await build(site);
writeTwins(join(site, "dist"));
