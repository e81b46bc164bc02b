// Serves the site while it is written: a change of a Markdown file shows at once, one of a doc comment after a restart.
import { existsSync, watch } from "node:fs";
import { join, posix } from "node:path";
import { createServer } from "vitepress";
import { writeApiReference } from "./api-reference.ts";
import { allPages, root } from "./pages.ts";
import { writePage, writePages } from "./write-pages.ts";

writePages();
await writeApiReference();

// Folders, not files: many editors replace a file instead of writing into it.
const pages = new Map(allPages().map((page) => [page.source, page]));
for (const folder of new Set([...pages.keys()].map((source) => posix.dirname(source)))) {
  watch(join(root, folder), (_, name) => {
    const page = pages.get(posix.join(folder, name ?? ""));
    if (page !== undefined && existsSync(join(root, page.source))) writePage(page);
  });
}

const server = await createServer(join(import.meta.dirname, ".."));
await server.listen();
server.printUrls();
