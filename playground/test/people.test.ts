// The infinite list in Chromium, and whether everybody can use the page.
import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import { fast, openPages, type Playground, patient, runBoth, verdicts, visit } from "./open-page.ts";

const opened = openPages();
let playground: Playground;
let context: BrowserContext;
let page: Page;
let problems: readonly string[];
beforeEach(() => {
  ({ playground, context, page, problems } = opened());
});
const button = (name: string) => page.getByRole("button", { name });

describe("the infinite list", () => {
  const feed = () => page.getByRole("feed");
  const ids = () => feed().locator("article strong").allInnerTexts();

  it("is scrolled in both directions", async () => {
    await visit(page, playground, `${fast}&faults=&items=100`);
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await expect.poll(() => feed().getByRole("article").count(), patient).toBe(10);
    const first = (await ids())[0];
    const scroll = (to: "start" | "end") =>
      feed().evaluate((view, end) => view.scrollTo(0, end ? view.scrollHeight : 0), to === "end");
    const state = async (): Promise<string> => {
      await scroll("end");
      return page.getByTestId("feed-state").innerText();
    };
    await expect.poll(state, patient).toContain("The end of the list.");
    expect(await ids()).toHaveLength(40);
    expect(await ids()).not.toContain(first);
    const back = async (): Promise<readonly string[]> => {
      await scroll("start");
      return ids();
    };
    await expect.poll(back, patient).toContain(first);
    expect(problems).toEqual([]);
  });

  it("begins where it was left, leads back from there, and keeps the row in its place", async () => {
    await visit(page, playground, `${fast}&faults=&items=100`);
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await expect.poll(() => feed().getByRole("article").count(), patient).toBe(10);
    for (let turn = 0; turn < 3; turn++) {
      await button("Load the page below").click();
      await expect.poll(() => feed().getByRole("article").count(), patient).toBe(20 + 10 * turn);
    }
    const kept = () => page.evaluate(() => sessionStorage.getItem("pageturn-playground-place"));
    const keptBefore = await kept();
    await feed().evaluate((view) => view.scrollTo(0, view.scrollHeight / 2 + 20));
    const before = await ids();
    await expect.poll(kept, patient).not.toBe(keptBefore);
    await page.reload();
    await expect.poll(() => feed().getByRole("article").count(), patient).toBe(10);
    const [resumed = ""] = await ids();
    expect(before.indexOf(resumed)).toBeGreaterThan(9);
    const top = async () => (await feed().getByRole("article").filter({ hasText: resumed }).boundingBox())?.y;
    const was = await top();
    await button("Load the page above").click();
    await expect.poll(async () => (await ids()).indexOf(resumed), patient).toBe(10);
    expect(await top()).toBeCloseTo(was ?? 0, 0);
  });

  it("begins at the kept checkpoint of a walk", async () => {
    await visit(page, playground, `${fast}&faults=setFields`);
    await runBoth(page);
    await button("Turn all off").click();
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await button("From the kept checkpoint").click();
    await expect.poll(() => feed().getByRole("article").count(), patient).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});

describe("everybody", () => {
  it.each([
    ["light", 1440],
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
});
