// The built page in Chromium, without any server but that of its files.

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { faultNames } from "../src/setup/faults.ts";
import {
  buildPage,
  dist,
  fast,
  openPlayground,
  type Playground,
  runBoth,
  verdicts,
  visit,
} from "./open-page.ts";

let playground: Playground;
let context: BrowserContext;
let page: Page;
let problems: string[];

beforeAll(async () => {
  buildPage();
  playground = await openPlayground();
  context = await playground.browser.newContext({ viewport: { width: 1440, height: 1000 } });
}, 120_000);

afterAll(() => playground?.close());

beforeEach(async () => {
  problems = [];
  page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
});

afterEach(async () => {
  await page.evaluate(() => localStorage.clear());
  await page.close();
});

const button = (name: string) => page.getByRole("button", { name });

describe("a walk beside a plain loop", () => {
  it("shows that the loop loses what is behind an empty page, and the walk does not", async () => {
    await visit(page, playground);
    expect(await runBoth(page)).toEqual([
      "Complete: 50 items, each once",
      "Loses 40 items, and says nothing",
    ]);
    await page.getByRole("img", { name: "pageturn: 50 received, 0 missing, 0 repeated" }).waitFor();
    await page.getByRole("img", { name: "Plain loop: 10 received, 40 missing, 0 repeated" }).waitFor();
    const news = await page.getByRole("status").innerText();
    expect(news).toBe(
      "pageturn: Complete: 50 items, each once. Plain loop: Loses 40 items, and says nothing.",
    );
    expect(problems).toEqual([]);
  });

  it.each([
    ["duplicateItems", "Complete: 50 items, each once", "Repeats 3 items, and says nothing"],
    ["itemsInserted", "Complete: 50 items, each once", "Repeats 2 items, and says nothing"],
    [
      "itemsDeleted",
      "2 items missing: the server left them out",
      "2 items missing: the server left them out",
    ],
    ["dropFilters", "Complete: 50 items, each once", "Complete: 50 items, each once"],
    ["cycle", "Stops with PaginationCycleError, after 30 items", "Never ends"],
    ["repeatCursor", "Stops with PaginationCycleError, after 20 items", "Never ends"],
    ["endless", "Stops with PaginationError, after 30 items", "Never ends"],
    ["offByOne", "Complete: 50 items, each once", "Repeats 1 item, and says nothing"],
    ["cursorExpired", "Stops with CursorExpiredError, after 20 items", "Fails with Error, after 20 items"],
    ["hasMore", "Complete: 50 items, each once", "Loses 30 items, and says nothing"],
    ["setFields", "Stops with IncompleteListError, after 20 items", "Loses 30 items, and says nothing"],
    ["dropFields", "Says that it is incomplete, after 40 items", "Loses 30 items, and says nothing"],
    ["setItemFields", "Complete: 50 items, each once", "Complete: 50 items, each once"],
    ["dropItemFields", "Complete: 50 items, each once", "Complete: 50 items, each once"],
    ["body", "Stops with APIResponseValidationError, after 20 items", "Loses 30 items, and says nothing"],
    ["contentType", "Complete: 50 items, each once", "Loses 30 items, and says nothing"],
    [
      "truncatedJson",
      "Stops with APIResponseValidationError, after 20 items",
      "Fails with SyntaxError, after 20 items",
    ],
    [
      "garbageBody",
      "Stops with APIResponseValidationError, after 20 items",
      "Fails with SyntaxError, after 20 items",
    ],
    ["gzipBomb", "30 items missing: the server left them out", "30 items missing: the server left them out"],
    ["status", "Complete: 50 items, each once", "Complete: 50 items, each once"],
    ["delay", "Complete: 50 items, each once", "Complete: 50 items, each once"],
    ["trickle", "Complete: 50 items, each once", "Complete: 50 items, each once"],
    ["never", "Complete: 50 items, each once", "Waits forever, after 20 items"],
    ["reset", "Complete: 50 items, each once", "Fails with TypeError, after 20 items"],
    ["cutOff", "Complete: 50 items, each once", "Fails with TypeError, after 20 items"],
    ["garbageHttp", "Complete: 50 items, each once", "Complete: 50 items, each once"],
  ])("plays the fault %s, which is turned on with the keyboard", async (name, walk, loop) => {
    await visit(page, playground, `${fast}&faults=`);
    const toggle = page.locator(`#fault-${name}`);
    await toggle.focus();
    await page.keyboard.press("Space");
    expect(await toggle.getAttribute("aria-checked")).toBe("true");
    await expect.poll(() => page.url()).toContain(`faults=${name}`);
    expect(await runBoth(page)).toEqual([walk, loop]);
  });

  it("has a switch for each fault", async () => {
    await visit(page, playground);
    const ids = await page.getByRole("switch").evaluateAll((all) => all.map(({ id }) => id));
    expect(ids).toEqual(expect.arrayContaining(faultNames.map((name) => `fault-${name}`)));
  });
});

describe("a checkpoint", () => {
  /** Waits until the walk has received so many items. */
  async function received(count: number): Promise<void> {
    const text = () => page.getByTestId("walk-verdict").innerText();
    await expect
      .poll(async () => Number(/^Running: (\d+)/.exec(await text())?.[1]), { interval: 10 })
      .toBeGreaterThanOrEqual(count);
  }

  it("survives a reload: the walk continues behind its last item", async () => {
    await visit(page, playground, "latencyMs=40&workMs=20&faults=");
    await button("Run both").click();
    await received(10);
    await button("Stop").click();
    const [stopped] = await verdicts(page);
    const count = Number(/^Stopped: (\d+) items so far$/.exec(stopped ?? "")?.[1]);
    expect(count).toBeGreaterThan(9);
    expect(count).toBeLessThan(50);
    await page.reload();
    expect(await page.getByTestId("kept").innerText()).toContain(`messages.batches, after ${count} items`);
    await button("Continue from checkpoint").click();
    expect(await verdicts(page)).toEqual([
      "Complete: 50 items, each once",
      "A plain loop has no checkpoint: it would start again from the first item",
    ]);
    expect(await page.getByRole("region", { name: "Code: The same with pageturn" }).innerText()).toContain(
      "resumeFrom: JSON.parse(",
    );
    expect(await button("Continue from checkpoint").isDisabled()).toBe(true);
    expect(problems).toEqual([]);
  });

  it("is written while the walk runs, so that a page that is left continues", async () => {
    await visit(page, playground, "latencyMs=40&workMs=20&faults=");
    await button("Run both").click();
    await received(20);
    await page.reload();
    await button("Continue from checkpoint").click();
    expect((await verdicts(page))[0]).toBe("Complete: 50 items, each once");
  });

  it("completes a list whose fault is over", async () => {
    await visit(page, playground, `${fast}&faults=setFields`);
    expect((await runBoth(page))[0]).toBe("Stops with IncompleteListError, after 20 items");
    await button("Turn all off").click();
    await button("Continue from checkpoint").click();
    expect((await verdicts(page))[0]).toBe("Complete: 50 items, each once");
  });

  it("is forgotten on demand", async () => {
    await visit(page, playground, `${fast}&faults=setFields`);
    await runBoth(page);
    await button("Forget it").click();
    expect(await button("Continue from checkpoint").isDisabled()).toBe(true);
  });
});

describe("the waterfall", () => {
  const row = (lane: string, at: number) =>
    page
      .getByRole("region", { name: `${lane}: requests` })
      .getByRole("row")
      .nth(at);

  it("has a row for each request: cursor, answer, latency and retries", async () => {
    await visit(page, playground, `${fast}&faults=status`);
    await runBoth(page);
    expect(await row("pageturn", 1).innerText()).toMatch(/^1\s+start · 10\s+10 items\s+\d+/);
    expect(await row("pageturn", 2).innerText()).toMatch(/^2\s+after_id …\w{6} · 10\s+529\s+\d+/);
    expect(await row("pageturn", 3).innerText()).toMatch(/^3\s+after_id …\w{6} · 10 · retry 1\s+529/);
    expect(await row("pageturn", 4).innerText()).toMatch(/^4\s+after_id …\w{6} · 10 · retry 2\s+10 items/);
  });

  it("shows that a prefetched page is requested while the program works", async () => {
    await visit(page, playground, "latencyMs=60&workMs=15&prefetch=1&faults=");
    await runBoth(page);
    const work = await row("pageturn", 1).locator(".use").boundingBox();
    const request = await row("pageturn", 2).locator(".wait").boundingBox();
    expect(request?.x).toBeLessThan((work?.x ?? 0) + (work?.width ?? 0));
    const loopWork = await row("Plain loop", 1).locator(".use").boundingBox();
    const loopRequest = await row("Plain loop", 2).locator(".wait").boundingBox();
    expect(loopRequest?.x).toBeGreaterThanOrEqual((loopWork?.x ?? 0) + (loopWork?.width ?? 0) - 2);
  });

  it("shows slices in parallel", async () => {
    await visit(page, playground, `${fast}&list=beta.sessions&slices=4&items=100&faults=`);
    expect((await runBoth(page))[0]).toBe("Complete: 100 items, each once");
    const slices = await page
      .getByRole("region", { name: "pageturn: requests" })
      .locator("tbody td:nth-child(3)")
      .allInnerTexts();
    expect(new Set(slices)).toEqual(new Set(["1", "2", "3", "4"]));
    expect(await page.getByRole("region", { name: "Code: The same with pageturn" }).innerText()).toContain(
      "sliceByTime(list",
    );
  });
});

describe("the setup", () => {
  it("has typed fields for the filters of the catalog, and the items follow them", async () => {
    await visit(page, playground, `${fast}&faults=&items=100`);
    await page.getByRole("combobox", { name: "List", exact: true }).selectOption("beta.sessions");
    await page.getByText("11 filters").click();
    await page.getByRole("checkbox", { name: "idle" }).check();
    await page.getByRole("combobox", { name: "order" }).selectOption("asc");
    await page.getByRole("spinbutton", { name: "Page size" }).fill("7");
    await page.keyboard.press("Tab");
    const [walk] = await runBoth(page);
    expect(walk).toMatch(/^Complete: \d{1,2} items, each once$/);
    expect(await page.getByRole("region", { name: "Code: The same with pageturn" }).innerText()).toMatch(
      /client\.beta\.sessions\.list\(\{\s*order: "asc",\s*statuses: \["idle"\],\s*limit: 7,?\s*\}\)/,
    );
    await page.reload();
    expect(await page.getByRole("spinbutton", { name: "Page size" }).inputValue()).toBe("7");
    expect(problems).toEqual([]);
  });

  it("names the rule where the server refuses a value", async () => {
    await visit(page, playground, `${fast}&faults=&list=beta.sessions&.created_at%5Bgte%5D=yesterday`);
    await button("Run both").click();
    expect(await page.getByRole("alert").innerText()).toContain(
      "created_at[gte]: Input should be a valid datetime",
    );
  });

  it("turns to dark and back, and keeps the choice", async () => {
    await visit(page, playground);
    const color = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await color();
    await page.getByRole("combobox", { name: "Theme" }).selectOption("dark");
    expect(await color()).not.toBe(light);
    await page.reload();
    expect(await color()).not.toBe(light);
    await page.getByRole("combobox", { name: "Theme" }).selectOption("auto");
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await color()).not.toBe(light);
  });
});

describe("the infinite list", () => {
  const feed = () => page.getByRole("feed");
  const ids = () => feed().locator("article strong").allInnerTexts();

  it("is scrolled in both directions, and keeps the row in its place", async () => {
    await visit(page, playground, `${fast}&faults=&items=100`);
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await expect.poll(() => feed().getByRole("article").count()).toBe(10);
    const first = (await ids())[0];
    for (let turn = 0; turn < 12; turn++) {
      await feed().evaluate((view) => view.scrollTo(0, view.scrollHeight));
      await page.waitForTimeout(60);
    }
    await expect.poll(() => page.getByTestId("feed-state").innerText()).toContain("The end of the list.");
    expect(await ids()).toHaveLength(40);
    expect(await ids()).not.toContain(first);
    for (let turn = 0; turn < 20; turn++) {
      await feed().evaluate((view) => view.scrollTo(0, 0));
      await page.waitForTimeout(60);
    }
    await expect.poll(ids).toContain(first);
    expect(problems).toEqual([]);
  });

  it("begins where it was left, and leads back from there", async () => {
    await visit(page, playground, `${fast}&faults=&items=100`);
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await expect.poll(() => feed().getByRole("article").count()).toBe(10);
    for (let turn = 0; turn < 3; turn++) {
      await button("Load the page below").click();
      await expect.poll(() => feed().getByRole("article").count()).toBe(20 + 10 * turn);
    }
    await feed().evaluate((view) => view.scrollTo(0, view.scrollHeight / 2 + 20));
    const before = await ids();
    await page.waitForTimeout(100);
    await page.reload();
    await expect.poll(() => feed().getByRole("article").count()).toBe(10);
    const [resumed = ""] = await ids();
    expect(before.indexOf(resumed)).toBeGreaterThan(9);
    await button("Load the page above").click();
    await expect.poll(async () => (await ids()).indexOf(resumed)).toBe(10);
  });

  it("begins at the kept checkpoint of a walk", async () => {
    await visit(page, playground, `${fast}&faults=setFields`);
    await runBoth(page);
    await button("Turn all off").click();
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await button("From the kept checkpoint").click();
    await expect.poll(() => feed().getByRole("article").count()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});

describe("everybody", () => {
  it.each([
    ["light", 1440],
    ["dark", 1440],
    ["light", 390],
    ["dark", 390],
  ] as const)("can use the page: %s, %d pixels wide", async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await visit(page, playground, `${fast}&faults=emptyPage,status&list=beta.sessions`);
    await runBoth(page);
    await page.getByText("11 filters").click();
    expect(await seriousViolations()).toEqual([]);
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await page.getByRole("article").first().waitFor();
    expect(await seriousViolations()).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  async function seriousViolations(): Promise<readonly string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      // The script above has defined it.
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        at: nodes.map(({ html }) => html.slice(0, 200)),
      }));
    });
    return found
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, at }) => `${id}: ${at.join(" | ")}`);
  }

  it("reaches tabs and results with the keyboard", async () => {
    await visit(page, playground);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Walk and plain loop");
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { selected: true }).innerText()).toBe("Scroll both ways");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await verdicts(page)).toEqual([
      "Complete: 50 items, each once",
      "Loses 40 items, and says nothing",
    ]);
  });

  it("copies the code", async () => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await visit(page, playground);
    await button("Copy").first().click();
    await button("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('from "pageturn"');
  });

  it("loads less than 100 kB, and the mock server in less than 60 kB", () => {
    const bytes = (file: string) => gzipSync(readFileSync(`${dist}/${file}`)).byteLength;
    const assets = readdirSync(`${dist}/assets`).map((name) => `assets/${name}`);
    const loaded = ["index.html", ...assets].reduce((sum, file) => sum + bytes(file), 0);
    expect(loaded).toBeLessThan(100_000);
    expect(bytes("service-worker.js")).toBeLessThan(60_000);
  });

  it("imports nothing", () => {
    const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => name.endsWith(".js"))) {
      const code = readFileSync(`${dist}/${file}`, "utf8");
      expect(/^import\b/m.test(code) || /\bimport\(/.test(code), file).toBe(false);
    }
  });
});
