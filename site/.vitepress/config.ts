import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";
import { aboutPage } from "../src/about.ts";
import { accessibleSearch } from "../src/accessible-search.ts";
import { darkColors } from "../src/dark-colors.ts";
import { devFiles } from "../src/dev-files.ts";
import { importSizes } from "../src/import-sizes.ts";
import { notFound } from "../src/not-found.ts";
import { apiReference, groups, home, type PageGroup } from "../src/pages.ts";
import { pagesFolder } from "../src/write-pages.ts";

/** A heading as GitHub names it in links, so that the links of the repository work on the site. */
function slugify(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

function read(path: string): string {
  return readFileSync(join(pagesFolder, path), "utf8");
}

function sidebarGroup({ name, pages }: PageGroup) {
  return { text: name, items: pages.map(({ name, path }) => ({ text: name, link: `/${path}` })) };
}

const sizes = await importSizes(globSync("{index,guide/*}.md", { cwd: pagesFolder }).map(read));

export default defineConfig({
  title: "pageturn",
  description: home.description,
  lang: "en",
  srcDir: "pages",
  outDir: "dist",
  cacheDir: ".vitepress/cache",
  metaChunk: true,
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/icon.svg" }]],
  // A guide page loads what it shows, and nothing of the pages that it links to.
  router: { prefetchLinks: false },
  transformPageData: ({ relativePath }) => ({ description: aboutPage(relativePath, read(relativePath)) }),
  transformHead: ({ pageData: { relativePath }, description }) =>
    relativePath === "404.md"
      ? []
      : [
          // VitePress writes its own without escaping quotes.
          ["meta", { name: "description", content: description }],
          ["link", { rel: "alternate", type: "text/markdown", href: `/${relativePath}` }],
        ],
  transformHtml: (html, _, { page }) =>
    page === "404.md" ? html.replace('<div id="app">', `<noscript>${notFound}</noscript>$&`) : html,
  markdown: {
    anchor: { slugify },
    config: ({ renderer: { rules } }) => {
      const { image } = rules;
      if (image === undefined)
        throw new Error("Cannot link to pictures because VitePress has no rule for them");
      // A picture that is too small to read on a narrow screen can be opened alone.
      rules.image = (tokens, index, ...others) =>
        `<a class="picture" href="${tokens[index]?.attrGet("src")}">${image(tokens, index, ...others)}</a>`;
    },
    languageAlias: { cjs: "javascript", mjs: "javascript" },
    theme: { light: "github-light-high-contrast", dark: "github-dark-default" },
    codeTransformers: [
      {
        name: "import-sizes",
        line(node, number) {
          const bytes = sizes.get(this.source.split("\n")[number - 1] ?? "");
          if (bytes !== undefined) node.properties["data-size"] = `${Math.round(bytes / 1000)} kB`;
        },
      },
      {
        name: "line-anchors",
        line(node, number) {
          if (this.options.meta?.__raw?.includes("numbered")) node.properties["id"] = `L${number}`;
        },
      },
    ],
  },
  vite: {
    plugins: [accessibleSearch(), devFiles()],
    css: { postcss: { plugins: [darkColors()] } },
    // No component of VitePress uses the options API of Vue: every page loads 2 kB less.
    define: { __VUE_OPTIONS_API__: "false" },
    // Parts of the theme that no page shows. All pages would load their styles.
    resolve: {
      alias: [
        {
          find: /^.*\/(?:NotFound|VP(?:AlgoliaSearchBox|CarbonAds|Home|HomeSponsors|Sponsors|Team\w+))\.vue$/,
          replacement: join(import.meta.dirname, "theme/unused.vue"),
        },
        // The button of the search. The rest is the window of a search that is a service.
        { find: /^@docsearch\/css$/, replacement: "@docsearch/css/dist/button.css" },
      ],
    },
    build: {
      // The index of the search, loaded when the search is opened.
      chunkSizeWarningLimit: 2_000,
    },
  },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        miniSearch: {
          // VitePress sends this function to the browser as text.
          searchOptions: { boostDocument: (id: string) => (id.startsWith("/guide/") ? 5 : 1) },
        },
        _render: (source, env, md) =>
          /^(?:source|contribute\/decisions)\/|-shapes\.md$/.test(env.relativePath)
            ? ""
            : md.render(source, env),
      },
    },
    nav: [
      { text: "Guide", link: "/guide/start" },
      { text: "Lists", link: "/reference/endpoints" },
      { text: "API", link: "/api/" },
      // A page of its own, which VitePress does not know.
      { text: "Playground", link: "/playground/", target: "_self" },
    ],
    outline: { level: [2, 3], label: "On this page" },
    sidebar: [...groups.map(sidebarGroup), { text: apiReference.name, link: "/api/" }],
    footer: { message: "MIT licence" },
  },
});
