import type { Browser } from "playwright-core";

/** The bytes that the network carries for a page, headers included. */
export async function loadedBytes(browser: Browser, url: string): Promise<number> {
  let bytes = 0;
  const context = await browser.newContext();
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  network.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await network.send("Network.enable");
  await page.goto(url, { waitUntil: "networkidle" });
  await context.close();
  return bytes;
}

/** Milliseconds until a page shows its first content, with an empty cache and the network of Lighthouse's "slow 4G". */
export async function firstPaint(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 750_000 / 8,
  });
  await page.goto(url, { waitUntil: "load" });
  const painted: number = await page.evaluate(
    "performance.getEntriesByName('first-contentful-paint')[0].startTime",
  );
  await context.close();
  return painted;
}
