import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { Plugin } from "vitepress";
import { pagesFolder } from "./write-pages.ts";

/**
 * A plugin of Vite that serves, while the site is written, what a host of the built site serves by itself: the page of a folder of
 * its own, and the Markdown of a page to a reader. A script of VitePress gets the page from the same path.
 */
export function devFiles(): Plugin {
  return {
    name: "dev-files",
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? "/", "http://site");
        const file = join(pagesFolder, pathname);
        if (pathname.endsWith("/") && existsSync(join(pagesFolder, "public", pathname, "index.html")))
          request.url = posix.join(pathname, "index.html");
        if (!file.endsWith(".md") || request.headers["sec-fetch-dest"] !== "document" || !existsSync(file))
          return next();
        response.setHeader("content-type", "text/markdown; charset=utf-8").end(readFileSync(file));
      });
    },
  };
}
