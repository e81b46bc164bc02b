// What each fault does to walk and loop, in Chromium. The faults are turned on and off on one page.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPage, fast, openPlayground, type Playground, patient, runBoth, visit } from "./open-page.ts";

let playground: Playground;
let page: Page;

beforeAll(async () => {
  buildPage();
  playground = await openPlayground();
  page = await playground.browser.newPage({ viewport: { width: 1440, height: 1000 } });
  await visit(page, playground, `${fast}&faults=`);
});

afterAll(() => playground?.close());

describe("the page", () => {
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
    ["dropFields", "Stops with IncompleteListError, after 20 items", "Loses 30 items, and says nothing"],
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
    const toggle = page.locator(`#fault-${name}`);
    await toggle.focus();
    await page.keyboard.press("Space");
    expect(await toggle.getAttribute("aria-checked")).toBe("true");
    await expect.poll(() => page.url(), patient).toContain(`faults=${name}`);
    expect(await runBoth(page)).toEqual([walk, loop]);
    await page.getByRole("button", { name: "Turn all off" }).click();
  });
});
