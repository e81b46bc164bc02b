import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { chromiumOptions } from "../../scripts/browser/find-browser.ts";
import type { ApiAccess } from "../server/api-proxy.ts";
import { type Site, startSite } from "../server/site.ts";

const home = fileURLToPath(new URL("../", import.meta.url));

/** The folder of the built page. */
export const dist = `${home}dist`;

/** Builds the library and the page. */
export function buildPage(): void {
  for (const script of ["../scripts/build.ts", "build.ts"]) {
    const { status } = spawnSync(process.execPath, [`${home}${script}`, "--if-stale"], { stdio: "inherit" });
    if (status !== 0) throw new Error(`Cannot test the playground because ${script} failed`);
  }
}

/** A browser and the site of the page. */
export interface Playground {
  readonly browser: Browser;
  readonly site: Site;
  close(): Promise<void>;
}

/** Starts a browser, and the site under a path, as it is part of the documentation. */
export async function openPlayground(access: ApiAccess | null = null, folder = dist): Promise<Playground> {
  const options = chromiumOptions();
  const site = await startSite({ folder, base: "/docs/playground/", access });
  const browser = await chromium.launch(options);
  return {
    browser,
    site,
    close: async () => {
      await browser.close();
      await site.close();
    },
  };
}

/** What each test of a file has: the playground, a new page in a context that they share, and what its console said. */
export interface OpenedPage {
  readonly playground: Playground;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly problems: string[];
}

/** Opens the playground for the tests of a file, and a page for each of them. Returns what the running test has. */
export function openPages(): () => OpenedPage {
  let playground: Playground;
  let context: BrowserContext;
  let opened: OpenedPage;
  beforeAll(async () => {
    buildPage();
    playground = await openPlayground();
    context = await playground.browser.newContext({ viewport: { width: 1440, height: 1000 } });
  });
  afterAll(() => playground?.close());
  beforeEach(async () => {
    const problems: string[] = [];
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(error.message));
    opened = { playground, context, page, problems };
  });
  afterEach(async () => {
    const { page } = opened;
    // A page that was not used has no storage. That of its session ends with it.
    if (page.url() !== "about:blank") await page.evaluate(() => localStorage.clear());
    await page.close();
  });
  return () => opened;
}

/** How long `expect.poll()` waits on a busy machine. */
export const patient = { timeout: 60_000, interval: 20 };

/** Fast answers and no work on items: the tests need not wait for what people need to see. */
export const fast = "latencyMs=5&workMs=0";

/** Opens the page with a setup, as the fragment of its URL. */
export async function visit(page: Page, { site }: Playground, setup = fast): Promise<void> {
  await page.goto("about:blank");
  await page.goto(`${site.url}#${setup}`);
  await page.getByRole("button", { name: "Run both" }).waitFor();
}

/** Runs both lanes, and returns the titles of their verdicts. */
export async function runBoth(page: Page): Promise<readonly string[]> {
  await page.getByRole("button", { name: "Run both" }).click();
  return verdicts(page);
}

/** Waits until nothing runs, and returns the titles of the verdicts on walk and loop. */
export async function verdicts(page: Page): Promise<readonly string[]> {
  await page.locator("[data-running=false]").waitFor();
  return page.locator("[data-testid$=verdict] strong").allInnerTexts();
}
