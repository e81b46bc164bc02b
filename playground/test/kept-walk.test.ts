// What a tab keeps for a reload, in Chromium.
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import { fast, openPages, type Playground, patient, runBoth, verdicts, visit } from "./open-page.ts";

const opened = openPages();
let playground: Playground;
let page: Page;
let problems: readonly string[];
beforeEach(() => {
  ({ playground, page, problems } = opened());
});
const kept = (of: Page) => of.getByTestId("kept").innerText();
const press = (of: Page, name: string) => of.getByRole("button", { name }).click();

/** Keeps a text as the tab would, and opens the page again. */
async function reloadWith(name: string, text: string): Promise<void> {
  await page.evaluate(([key = "", value = ""]) => sessionStorage.setItem(key, value), [name, text]);
  await page.reload();
  await page.getByRole("tablist").waitFor();
}

describe("a checkpoint in two tabs", () => {
  it("is kept for each: a reload continues the walk of its own tab", async () => {
    const other = await opened().context.newPage();
    await visit(page, playground, `${fast}&faults=setFields`);
    await runBoth(page);
    await visit(other, playground, `${fast}&list=models&pageSize=15&faults=setFields`);
    await runBoth(other);
    await page.reload();
    await other.reload();
    expect(await kept(page)).toContain("messages.batches, after 20 items");
    expect(await kept(other)).toContain("models, after 30 items");
    await press(other, "Turn all off");
    await press(other, "Continue from checkpoint");
    expect((await verdicts(other))[0]).toBe("Complete: 50 items, each once");
    await page.reload();
    await press(page, "Turn all off");
    await press(page, "Continue from checkpoint");
    expect((await verdicts(page))[0]).toBe("Complete: 50 items, each once");
    await other.close();
    expect(problems).toEqual([]);
  });
});

describe("a kept walk that cannot be read", () => {
  const name = "pageturn-playground-checkpoint";
  const walk = { checkpoint: { v: 1 }, setup: "faults=", received: ["a"] };

  it.each([
    "{bad",
    "null",
    '{"v":1}',
    JSON.stringify({ ...walk, received: [1] }),
    JSON.stringify({ ...walk, checkpoint: "text" }),
    JSON.stringify({ ...walk, setup: "list=unknown" }),
    JSON.stringify({ ...walk, setup: "pageSize=0" }),
  ])("is removed, and the page says so: %s", async (text) => {
    await visit(page, playground);
    await reloadWith(name, text);
    expect(await kept(page)).toContain("it has been removed");
    await page.reload();
    expect(await kept(page)).toContain("Stop a walk, reload the page");
    expect(await runBoth(page)).toHaveLength(2);
    expect(problems).toEqual([]);
  });

  it("is refused by pageturn, and the verdict says what to do", async () => {
    await visit(page, playground, `${fast}&faults=`);
    await reloadWith(name, JSON.stringify(walk));
    await press(page, "Continue from checkpoint");
    expect((await verdicts(page))[0]).toBe("Stops with CheckpointError, after 1 item");
    const verdict = await page.getByTestId("walk-verdict").innerText();
    expect(verdict).toContain("Forget it, and run both.");
    expect(verdict).not.toContain("fault");
  });
});

describe("a place in the infinite list that cannot be read", () => {
  const name = "pageturn-playground-place";
  const rows = () => page.getByRole("article").count();

  it.each(["{bad", "null", '{"v":1}', '{"query":1}'])("is left out: %s", async (text) => {
    await visit(page, playground, `${fast}&faults=`);
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await expect.poll(rows, patient).toBe(10);
    await reloadWith(name, text);
    await expect.poll(rows, patient).toBe(10);
    expect(problems).toEqual([]);
  });

  it("is refused by pageturn, and the list begins again at the start", async () => {
    await visit(page, playground, `${fast}&faults=`);
    await page.getByRole("tab", { name: "Scroll both ways" }).click();
    await expect.poll(rows, patient).toBe(10);
    await press(page, "Load the page below");
    await expect.poll(rows, patient).toBe(20);
    const text = await page.evaluate((key) => sessionStorage.getItem(key), name);
    await reloadWith(name, JSON.stringify({ ...JSON.parse(text ?? ""), page: { v: 1 } }));
    expect(await page.getByRole("alert").innerText()).toContain("its version is 1, not 2");
    await press(page, "From the start");
    await expect.poll(rows, patient).toBe(10);
  });
});
