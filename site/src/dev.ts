// Serves the site while it is written: a change of a Markdown file shows at once, one of a doc comment after a restart.
import { watch } from "node:fs";
import { join } from "node:path";
import { createServer } from "vitepress";
import { writeApiReference } from "./api-reference.ts";
import { allPages, root } from "./pages.ts";
import { writePage, writePages } from "./write-pages.ts";

writePages();
await writeApiReference();
for (const page of allPages()) watch(join(root, page.source), () => writePage(page));
const server = await createServer(join(import.meta.dirname, ".."));
await server.listen();
server.printUrls();
