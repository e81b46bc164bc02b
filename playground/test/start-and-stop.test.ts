// Start, stop and the focus of the keyboard in Chromium.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import {
  dist,
  fast,
  openPages,
  openPlayground,
  type Playground,
  patient,
  runBoth,
  verdicts,
  visit,
} from "./open-page.ts";

const opened = openPages();
let playground: Playground;
let page: Page;
let problems: readonly string[];
beforeEach(() => {
  ({ playground, page, problems } = opened());
});
const button = (name: string) => page.getByRole("button", { name });
const focused = () => page.evaluate(() => document.activeElement?.textContent);

/** A run that takes several seconds, so that it can be stopped or left. */
const long = "items=300&latencyMs=5&workMs=20&faults=";
const walkVerdict = () => page.getByTestId("walk-verdict").innerText();

describe("the start", () => {
  it("reads the list to compare with the largest pages, not with those of the walk", async () => {
    const limits: (string | null)[] = [];
    page.on("request", (request) => limits.push(new URL(request.url()).searchParams.get("limit")));
    await visit(page, playground, `${fast}&items=40&pageSize=1&faults=`);
    expect(await runBoth(page)).toEqual(["Complete: 40 items, each once", "Complete: 40 items, each once"]);
    const [first, ...others] = limits.filter((limit) => limit !== null);
    expect(first).toBe("1000");
    expect(new Set(others)).toEqual(new Set(["1"]));
  });

  it("is stopped while the mock server does not start", async () => {
    await page.addInitScript(() => {
      navigator.serviceWorker.register = () => new Promise(() => {});
    });
    await visit(page, playground);
    await button("Run both").click();
    await expect.poll(walkVerdict, patient).toBe("Starting");
    await button("Stop").click();
    expect(await verdicts(page)).toEqual(["Not started", "Not started"]);
    expect(await page.getByRole("status").innerText()).toBe("Stopped before the walk started.");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("says what to do where service workers are blocked", async () => {
    const context = await playground.browser.newContext({ serviceWorkers: "block" });
    const blocked = await context.newPage();
    await visit(blocked, playground);
    await blocked.getByRole("button", { name: "Run both" }).click();
    expect(await blocked.getByRole("alert").innerText()).toBe(
      "The list cannot be read\nCannot start the mock server because the browser starts no service worker: " +
        "allow this page service workers, cookies and site data, and reload it",
    );
    expect(await verdicts(blocked)).toEqual(["Not started", "Not started"]);
    await blocked.getByRole("tab", { name: "Scroll both ways" }).click();
    await expect
      .poll(() => blocked.getByTestId("feed-state").innerText(), patient)
      .toMatch(/^The query fails with Error\s+Cannot start the mock server/);
    await context.close();
  });

  it("works where the browser refuses to store anything, and says that no checkpoint is kept", async () => {
    const context = await playground.browser.newContext();
    const refused = await context.newPage();
    await refused.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException("Access is denied", "SecurityError");
          },
        });
    });
    await visit(refused, playground, `${fast}&faults=setFields`);
    expect((await runBoth(refused))[0]).toBe("Stops with IncompleteListError, after 20 items");
    expect(await refused.getByTestId("walk-verdict").innerText()).toContain(
      "The browser does not keep the checkpoint.",
    );
    await context.close();
  });

  it("uses the mock server of the newest build in its first run", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pageturn-playground-"));
    cpSync(dist, folder, { recursive: true });
    const rebuilt = await openPlayground(null, folder);
    try {
      const own = await rebuilt.browser.newPage();
      await visit(own, rebuilt, `${fast}&faults=`);
      expect((await runBoth(own))[0]).toBe("Complete: 50 items, each once");
      const file = join(folder, "service-worker.js");
      const newer = `addEventListener("fetch", (event) => {
        if (!event.request.url.includes("/mock/")) return;
        event.stopImmediatePropagation();
        const error = { type: "invalid_request_error", message: "This is the newer worker" };
        event.respondWith(Response.json({ type: "error", error }, { status: 400 }));
      });`;
      writeFileSync(file, `${newer}\n${readFileSync(file, "utf8")}`);
      await own.reload();
      await own.getByRole("button", { name: "Run both" }).click();
      await own.locator("[data-running=false]").waitFor();
      expect(await own.getByRole("alert").innerText()).toContain("This is the newer worker");
    } finally {
      await rebuilt.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the focus of the keyboard", () => {
  it("stays on the buttons that start and stop a run", async () => {
    await visit(page, playground, long);
    await button("Run both").focus();
    await page.keyboard.press("Enter");
    await expect.poll(walkVerdict, patient).toMatch(/^Running/);
    expect(await focused()).toBe("Run both");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await verdicts(page);
    expect(await focused()).toBe("Stop");
    await button("Forget it").focus();
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("Run both");
  });

  it("stays on a button that turns all faults off, and goes to the field that a button opens", async () => {
    await visit(page, playground);
    await button("Turn all off").focus();
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("Turn all off");
    expect(await button("Turn all off").isDisabled()).toBe(true);
    await button("beta.sessions").focus();
    await page.keyboard.press("Enter");
    const slices = page.getByRole("spinbutton", { name: "Parallel slices" });
    await expect.poll(() => slices.evaluate((field) => field === document.activeElement), patient).toBe(true);
  });
});

describe("the other tab", () => {
  const tab = (name: string) => page.getByRole("tab", { name });

  it("does not end a run, and its results stay", async () => {
    await visit(page, playground, "items=100&latencyMs=5&workMs=20&faults=");
    await button("Run both").click();
    await expect.poll(walkVerdict, patient).toMatch(/^Running/);
    await tab("Scroll both ways").click();
    expect(await button("Run both").isVisible()).toBe(false);
    await page.getByRole("article").first().waitFor();
    await tab("Walk and plain loop").click();
    expect(await verdicts(page)).toEqual([
      "Complete: 100 items, each once",
      "Complete: 100 items, each once",
    ]);
    await tab("Scroll both ways").click();
    await tab("Walk and plain loop").click();
    expect((await verdicts(page))[0]).toBe("Complete: 100 items, each once");
    expect(problems).toEqual([]);
  });

  it("does not offer what a query has no use for", async () => {
    await visit(page, playground, `${fast}&faults=duplicateItems`);
    const repeats = page.getByRole("switch", { name: "Drop repeats (distinctBy)" });
    expect(await repeats.isDisabled()).toBe(false);
    await tab("Scroll both ways").click();
    expect(await repeats.isDisabled()).toBe(true);
    await page.getByText("A query shows each page as the server sends it.").waitFor();
  });
});

it("leads back to the documentation that it is a part of", async () => {
  await visit(page, playground);
  const link = page.getByRole("link", { name: "Docs" });
  expect(await link.evaluate((each: HTMLAnchorElement) => each.href)).toMatch(/^http:\/\/[^/]+\/docs\/$/);
});
