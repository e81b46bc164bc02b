import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { createServer } from "vitepress";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumOptions } from "../../scripts/browser/find-browser.ts";
import { allPages, groups, home, root } from "../src/pages.ts";
import { brokenLinks, brokenMarkdownLinks } from "./broken-links.ts";
import { buildSite, built, builtFiles, dist } from "./built-site.ts";
import { type FirstPaint, firstPaint, loadedBytes } from "./loading.ts";
import { type ServedSite, serveSite } from "./serve-site.ts";

const axe = createRequire(import.meta.url).resolve("axe-core");

/** A page of each kind. */
const kinds = {
  home: "/",
  guide: "/guide/checkpoints.html",
  "a guide with a picture": "/guide/how-it-works.html",
  "the guide of a package": "/guide/cli.html",
  "a guide with wide tables": "/guide/peers.html",
  lists: "/reference/endpoints.html",
  "one group of lists": "/reference/endpoints/ga.html",
  "the API": "/api/",
  "a class": "/api/pageturn/classes/AsyncPaginator.html",
  "a decision": "/contribute/decisions/001-one-planner-two-drivers.html",
  "a source": "/source/packages/pageturn/test/docs/promises.test.ts.html",
};

/** The colours of a page, of its links and of its code. */
const COLORS = `["html", "body", ".vp-doc a", ".VPSidebar", ".vp-doc code", ".vp-code span span"].map((selector) => {
  const element = document.querySelector(selector);
  if (element === null) return selector;
  const { color, backgroundColor, colorScheme } = getComputedStyle(element);
  return [selector, color, backgroundColor, colorScheme];
})`;

let printed: string;
let site: ServedSite;
let browser: Browser;

beforeAll(async () => {
  printed = await buildSite();
  site = await serveSite(dist);
  browser = await chromium.launch(chromiumOptions());
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** Opens a page, does something there, and returns what the console said, and what was asked of other hosts. */
async function visit(
  path: string,
  options: BrowserContextOptions,
  act: (page: Page) => Promise<void>,
): Promise<string[]> {
  const origin = options.baseURL ?? site.origin;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) said.push(request.url());
  });
  try {
    await page.goto(origin + path, {
      waitUntil: options.javaScriptEnabled === false ? "load" : "networkidle",
    });
    await act(page);
  } finally {
    await context.close();
  }
  return said;
}

/** The description that a built page has for search engines. */
function metaDescription(path: string): string | undefined {
  const [, content] =
    /<meta name="description" content="([^"]*)">/.exec(built(path.replace(/\.md$/, ".html"))) ?? [];
  return content?.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/** What axe-core finds on a page that is serious or worse. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const violations: { id: string; impact: string; nodes: { html: string }[] }[] = await page.evaluate(
    "axe.run().then(({ violations }) => violations)",
  );
  const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe("the build", () => {
  test("prints no warning and no error", () => {
    expect(printed).toContain("build complete");
    expect(printed).not.toMatch(/warn|error|\(!\)|deprecat/i);
  });

  test("leaves no dead link, anchors included", () => {
    expect(builtFiles(".html").length).toBeGreaterThan(300);
    expect(brokenLinks()).toEqual([]);
  });

  test("leaves no dead link in what programs read, anchors included", () => {
    expect(brokenMarkdownLinks()).toEqual([]);
  });

  test("describes each page of the navigation in one sentence of its own", () => {
    const pages = [home, ...groups.flatMap(({ pages }) => pages)];
    const llms = built("llms.txt");
    for (const { path, description } of pages) {
      expect(description, path).toMatch(/^[A-Z].{38,158}\.$/);
      expect(metaDescription(path), path).toBe(description);
      expect(llms, path).toContain(path === home.path ? `> ${description}` : `](/${path}): ${description}\n`);
    }
    expect(new Set(pages.map(({ description }) => description)).size).toBe(pages.length);
    expect(metaDescription("reference/endpoints/beta-sessions.md")).toBe(
      'Lists of the API, "Beta: sessions": the parameters, the fields of the items and an example of each list.',
    );
    expect(metaDescription("contribute/decisions/002-data-is-always-an-array.md")).toBe(
      "page.data is always an array.",
    );
    expect(metaDescription("source/packages/pageturn/test/docs/promises.test.ts.md")).toBe(
      "The file packages/pageturn/test/docs/promises.test.ts in the repository of pageturn.",
    );
    expect(metaDescription("api/catalog/interfaces/RangeParams.md")).toBe(
      "Interface RangeParams of pageturn/catalog: The parameters of the range of time of a list.",
    );
  });

  test("writes well-formed tags into the head of each page, also of texts with quotes", () => {
    const wellFormed = /^<(?:meta|link)(?: [\w:-]+(?:="[^"<>]*")?)*>$/;
    const malformed = builtFiles(".html").flatMap((file) => {
      const [head = ""] = /<head>[\s\S]*?<\/head>/.exec(built(file)) ?? [];
      const tags = head.match(/<(?:meta|link)\b.*?>(?=\s*(?:<|$))/gs) ?? [];
      return tags.filter((tag) => !wellFormed.test(tag.replaceAll(/\s+/g, " ").replace(/ ?\/>$/, ">")));
    });
    expect(malformed).toEqual([]);
  });

  test("has what holds until the packages are published, and leads to their guides, not to npm", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const until = readme.matchAll(/<!-- until published -->\n([\s\S]*?)<!-- end -->/g);
    for (const [, note = ""] of until) expect(built("index.md")).toContain(note);
    expect(built("index.md")).not.toMatch(/<!--|From the repository/);
    const leading = builtFiles(".html").filter((file) =>
      /href="https:\/\/www\.npmjs\.com\/package\/(?:@pageturn\/|pageturn")/.test(built(file)),
    );
    expect(leading).toEqual([]);
    expect(built("guide/checkpoints.html")).toContain('href="./cli.html"');
  });

  test("has a page for every document of the repository", () => {
    const documents = globSync(
      ["*.md", "docs/**/*.md", "decisions/*.md", "packages/{cli,postgres}/README.md"],
      { cwd: root },
    );
    const sources = allPages().map(({ source }) => source);
    expect(documents.filter((file) => !sources.includes(file.replaceAll("\\", "/")))).toEqual([]);
  });

  test("writes a Markdown twin beside every page", () => {
    const twins = new Set(builtFiles(".md"));
    // The playground is a program: its own tests are in its workspace.
    const programs = ["404.html", "playground/index.html"];
    const pages = builtFiles(".html").filter((file) => !programs.includes(file));
    expect(pages.filter((file) => !twins.has(file.replace(/\.html$/, ".md")))).toEqual([]);
    expect(built("guide/checkpoints.html")).toContain('type="text/markdown" href="/guide/checkpoints.md"');
    expect(built("guide/checkpoints.md")).toMatch(/^# Checkpoints\n/);
  });

  test("has the playground, and a link to it", () => {
    expect(built("index.html")).toContain('href="/playground/"');
    expect(built("playground/index.html")).toContain('src="./assets/');
  });

  test("writes llms.txt with links that lead somewhere, and llms-full.txt with every guide", () => {
    const links = Array.from(built("llms.txt").matchAll(/\]\(\/([^)]*)\)/g), ([, path = ""]) => path);
    const files = new Set([...builtFiles(".md"), ...builtFiles(".txt")]);
    expect(links.length).toBeGreaterThan(90);
    expect(links.filter((path) => !files.has(path))).toEqual([]);
    const full = built("llms-full.txt");
    // Their links lead to the same places from another folder.
    const unlinked = (text: string) => text.replaceAll(/\]\([^)\s]+\)/g, "]");
    for (const { path } of groups.flatMap(({ pages }) => pages))
      expect(unlinked(full)).toContain(unlinked(built(path).trim()));
  });

  test("shows beside an import the size that is recorded for it", async () => {
    const { default: recorded }: { default: { name: string; limit: string }[] } = await import(
      new URL("../../.size-limit.mjs", import.meta.url).href
    );
    const { limit = "" } = recorded.find(({ name }) => name === "AsyncAnthropic of pageturn") ?? {};
    const kilobytes = Number(/data-size="(\d+) kB"/.exec(built("index.html"))?.[1]);
    const most = Number.parseInt(limit, 10);
    expect(kilobytes).toBeLessThanOrEqual(Math.round(most / 1000));
    expect(kilobytes * 1000).toBeGreaterThan(most * 0.9);
  });
});

describe("every kind of page", () => {
  for (const [kind, path] of Object.entries(kinds)) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`${kind}, ${colorScheme}: axe finds nothing serious, the console stays empty, nothing comes from elsewhere`, async () => {
        for (const width of [1440, 390]) {
          const said = await visit(path, { colorScheme, viewport: { width, height: 900 } }, async (page) => {
            expect(await seriousFindings(page)).toEqual([]);
          });
          expect(said).toEqual([]);
        }
      });
    }

    test(`${kind}: is dark without JavaScript, too, where the browser asks for it`, async () => {
      const schemes: unknown[] = [];
      for (const colorScheme of ["light", "dark"] as const)
        for (const javaScriptEnabled of [true, false])
          await visit(path, { colorScheme, javaScriptEnabled }, async (page) => {
            schemes.push(await page.evaluate(COLORS));
          });
      const [light, plainLight, dark, plainDark] = schemes;
      expect(plainLight).toEqual(light);
      expect(plainDark).toEqual(dark);
      expect(dark).not.toEqual(light);
    });

    test(`${kind}: reads and leads on without JavaScript, also on a narrow screen`, async () => {
      for (const width of [1440, 390]) {
        const said = await visit(
          path,
          { javaScriptEnabled: false, viewport: { width, height: 900 } },
          async (page) => {
            expect(await page.locator("h1").first().isVisible()).toBe(true);
            expect((await page.locator(".vp-doc").innerText()).length).toBeGreaterThan(100);
            expect(await page.locator("button.copy:visible, .VPNavBarHamburger:visible").count()).toBe(0);
            await page.locator(".VPSidebar a", { hasText: "Limits" }).click();
            expect(page.url()).toBe(`${site.origin}/guide/limits.html`);
          },
        );
        expect(said).toEqual([]);
      }
    });
  }
});

describe("a printed page", () => {
  /** What would be printed that is not the text of the page. */
  const NAVIGATION = ".VPNav, .VPLocalNav, .VPSidebar, .aside, .VPDocFooter, .VPFooter, .VPSkipLink, button";
  const CUT = `[...document.querySelectorAll(".vp-doc pre, .vp-doc table")]
    .filter(({ parentElement, scrollWidth, clientWidth, offsetWidth }) =>
      scrollWidth > clientWidth + 1 || offsetWidth > parentElement.clientWidth + 1)
    .map(({ innerText }) => innerText)`;

  for (const path of [
    kinds.home,
    "/guide/other-apis.html",
    kinds["a guide with wide tables"],
    kinds["a source"],
  ])
    test(`${path} has the text alone, in light colours, and all of it`, async () => {
      const colors: unknown[] = [];
      // The width of A4 paper between margins, and that of a window.
      for (const width of [700, 1280])
        for (const colorScheme of ["light", "dark"] as const)
          for (const javaScriptEnabled of [true, false])
            await visit(
              path,
              { colorScheme, javaScriptEnabled, viewport: { width, height: 900 } },
              async (page) => {
                await page.emulateMedia({ media: "print" });
                expect(await page.locator(NAVIGATION).filter({ visible: true }).count()).toBe(0);
                expect(await page.evaluate(CUT)).toEqual([]);
                expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
                  width,
                );
                expect(
                  await page.evaluate(`document.querySelector(".vp-doc").getBoundingClientRect().left`),
                ).toBe(0);
                colors.push(await page.evaluate(COLORS));
              },
            );
      for (const each of colors) expect(each).toEqual(colors[0]);
      expect(colors[0]).toContainEqual(["body", expect.any(String), "rgb(255, 255, 255)", "normal"]);
    });
});

describe("a page that does not exist", () => {
  test("says so, and leads to the guide and to the search", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const said = await visit("/404.html", { javaScriptEnabled }, async (page) => {
        expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("This page does not exist.");
        expect(await page.locator("body").innerText()).not.toContain("direction");
        if (javaScriptEnabled) {
          expect(await seriousFindings(page)).toEqual([]);
          await page.getByRole("button", { name: "Search the site" }).click();
          await page.locator("#localsearch-input").waitFor();
          await page.keyboard.press("Escape");
        }
        await page.getByRole("link", { name: "Start in one minute" }).click();
        await page.getByRole("heading", { level: 1, name: "Start in one minute" }).waitFor();
      });
      expect(said).toEqual([]);
    }
  });
});

describe("the site while it is written", () => {
  test("has the playground and the Markdown of a page, too", async () => {
    const server = await createServer(join(root, "site"));
    try {
      await server.listen();
      const baseURL = server.resolvedUrls?.local[0]?.replace(/\/$/, "") ?? "";
      const said = await visit("/playground/", { baseURL }, async (page) => {
        expect(await page.title()).toBe("pageturn playground");
        expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
        await page.goto(`${baseURL}/guide/start.md`);
        expect(await page.locator("body").innerText()).toMatch(/^# Start in one minute\n/);
      });
      expect(said).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

describe("a guide page", () => {
  test("leads to its Markdown, with and without JavaScript", async () => {
    for (const javaScriptEnabled of [true, false])
      await visit(kinds.guide, { javaScriptEnabled }, async (page) => {
        await page.getByRole("link", { name: "This page as Markdown" }).click();
        await page.waitForURL(`${site.origin}/guide/checkpoints.md`);
        expect(await page.locator("body").innerText()).toMatch(/^# Checkpoints\n/);
      });
  });

  test("has a picture whose text is readable on a narrow screen, and leads to the picture", async () => {
    for (const javaScriptEnabled of [true, false])
      await visit(
        kinds["a guide with a picture"],
        { javaScriptEnabled, viewport: { width: 320, height: 600 } },
        async (page) => {
          const widths = await page.evaluate(
            `Array.from(document.querySelectorAll(".vp-doc img"), ({ width, naturalWidth }) => [width, naturalWidth])`,
          );
          expect(widths).toEqual([[780, 780]]);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
          await page.locator(".vp-doc a", { has: page.locator("img") }).click();
          await page.waitForURL(`${site.origin}/pictures/docs-walk.svg`);
        },
      );
  });

  test("has room for the first program next to the navigation", async () => {
    for (const width of [1280, 1440])
      await visit("/guide/start.html", { viewport: { width, height: 900 } }, async (page) => {
        expect(await page.locator(".VPDocAside").isVisible()).toBe(true);
        const [inner, outer]: [number, number] = await page.evaluate(
          `(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector(".vp-doc .language-ts pre"))`,
        );
        expect(inner).toBe(outer);
      });
  });

  test("loads below 100 kB, compressed: every one of them", async () => {
    const pages = allPages().filter(({ path }) => path === "index.md" || path.startsWith("guide/"));
    const loads = await Promise.all(
      pages.map(({ path }) => loadedBytes(browser, `${site.origin}/${path.replace(/\.md$/, ".html")}`)),
    );
    expect(loads.length).toBeGreaterThan(20);
    expect(Math.min(...loads)).toBeGreaterThan(10_000);
    expect(Math.max(...loads)).toBeLessThan(100_000);
  });

  test("shows its first content within a second at 1.6 Mbit/s with a latency of 150 ms", async () => {
    const url = `${site.origin}/guide/walks.html`;
    const paints: FirstPaint[] = [];
    for (let run = 0; run < 3; run++) paints.push(await firstPaint(browser, url));
    for (const { blocking, longestNetworkMs } of paints) {
      expect(blocking).toContainEqual(expect.stringMatching(/\.css$/));
      expect(longestNetworkMs).toBeLessThan(1_000);
    }
    // The fastest of three: caches that other programs fill can only add to the work.
    const times = paints.map(({ networkMs, workMs }) => networkMs + workMs);
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  test("is found by the search, without a server for it, guides first", async () => {
    const said = await visit("/", {}, async (page) => {
      await page.keyboard.press("Control+k");
      await page.locator("#localsearch-input").fill("resume after a crash");
      const first = page.locator(".VPLocalSearchBox .result").first();
      await first.waitFor();
      expect(await first.getAttribute("href")).toMatch(/^\/guide\/checkpoints/);
      expect(await seriousFindings(page)).toEqual([]);
    });
    expect(said).toEqual([]);
  });

  test("copies code without the size of an import", async () => {
    await visit("/", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.locator(".language-ts").first().hover();
      await page.locator(".language-ts button.copy").first().click();
      const copied: string = await page.evaluate("navigator.clipboard.readText()");
      expect(copied).toMatch(/^import \{ AsyncAnthropic \} from "pageturn";\n/);
    });
  });
});
