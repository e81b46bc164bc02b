// The tab of walk and loop in Chromium, without any server but that of the files.
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import { faultNames } from "../src/setup/faults.ts";
import { fast, openPages, type Playground, patient, runBoth, verdicts, visit } from "./open-page.ts";

const opened = openPages();
let playground: Playground;
let page: Page;
let problems: readonly string[];
beforeEach(() => {
  ({ playground, page, problems } = opened());
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

  it.each(["beta.sessions", "beta.sessions&slices=4", "beta.sessions.events", "compliance.activities"])(
    "walks beyond an empty page of a list whose field for items is optional: %s",
    async (list) => {
      await visit(page, playground, `${fast}&items=60&faults=emptyPage&list=${list}`);
      expect((await runBoth(page))[0]).toBe("Complete: 60 items, each once");
    },
  );

  it("does not advise an option for repeats that is on", async () => {
    await visit(page, playground, `${fast}&list=beta.sessions&slices=4&items=120&faults=offByOne`);
    await runBoth(page);
    expect(await page.getByTestId("walk-verdict").innerText()).not.toContain("drops repeats");
  });

  it("does not say that nothing shows what a page without a field for items leaves out", async () => {
    await visit(page, playground, `${fast}&list=beta.sessions&slices=4&items=120&faults=dropFields`);
    expect((await runBoth(page))[0]).toBe("10 items missing: the server left them out");
    const verdict = await page.getByTestId("walk-verdict").innerText();
    expect(verdict).toContain("A page has no field for items");
    expect(verdict).not.toContain("Nothing in its answers");
  });

  it("has a switch for each fault", async () => {
    await visit(page, playground);
    const ids = await page.getByRole("switch").evaluateAll((all) => all.map(({ id }) => id));
    expect(ids).toEqual(expect.arrayContaining(faultNames.map((name) => `fault-${name}`)));
  });
});

describe("a checkpoint", () => {
  /** A walk that takes several seconds, so that it can be left. */
  const long = "items=300&latencyMs=5&workMs=20&faults=";

  /** Waits until the walk has received so many items. */
  async function received(count: number): Promise<void> {
    const text = () => page.getByTestId("walk-verdict").innerText();
    await expect
      .poll(async () => Number(/^Running: (\d+)/.exec(await text())?.[1]), patient)
      .toBeGreaterThanOrEqual(count);
  }

  it("survives a reload: the walk continues behind its last item", async () => {
    await visit(page, playground, long);
    await button("Run both").click();
    await received(10);
    await button("Stop").click();
    const [stopped] = await verdicts(page);
    const count = Number(/^Stopped: (\d+) items so far$/.exec(stopped ?? "")?.[1]);
    expect(count).toBeGreaterThan(9);
    await page.reload();
    expect(await page.getByTestId("kept").innerText()).toContain(`messages.batches, after ${count} items`);
    await page.getByRole("spinbutton", { name: "Work/item, ms" }).fill("0");
    await button("Continue from checkpoint").click();
    expect(await verdicts(page)).toEqual([
      "Complete: 300 items, each once",
      "A plain loop has no checkpoint: it would start again from the first item",
    ]);
    expect(await page.getByRole("region", { name: "Code: The same with pageturn" }).innerText()).toContain(
      "resumeFrom: JSON.parse(",
    );
    expect(await button("Continue from checkpoint").isDisabled()).toBe(true);
    expect(problems).toEqual([]);
  });

  it("is written while the walk runs, so that a page that is left continues", async () => {
    await visit(page, playground, long);
    await button("Run both").click();
    await received(20);
    await visit(page, playground, `${fast}&faults=`);
    await button("Continue from checkpoint").click();
    expect((await verdicts(page))[0]).toBe("Complete: 300 items, each once");
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
    expect(await page.getByRole("status").innerText()).toBe("");
  });

  it("says what to do where the browser has no service workers", async () => {
    await page.addInitScript(() => Object.defineProperty(navigator, "serviceWorker", { value: undefined }));
    await visit(page, playground);
    await button("Run both").click();
    expect(await page.getByRole("alert").innerText()).toContain("open it over https or on localhost");
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
