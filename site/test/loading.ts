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

/** The network of Lighthouse's "slow 4G". */
const LATENCY_MS = 150;
const BYTES_PER_MS = 1_600_000 / 8 / 1000;

/** How long a page takes until it shows its first content, as far as the machine has no part in it, or little. */
export interface FirstPaint {
  /** What blocks it, besides the document. */
  readonly blocking: readonly string[];
  /**
   * Milliseconds that a slow 4G takes for the document and what blocks: a round trip for the document, one for what follows from it,
   * and one for each style sheet that another one asks for.
   */
  readonly networkMs: number;
  /** The same where all bytes of the page come first: those that block nothing may share the way. */
  readonly longestNetworkMs: number;
  /** Milliseconds that the thread of the page worked until then. What other programs do is not in it. */
  readonly workMs: number;
}

/** Opens a page with an empty cache. What does not block its first content is never answered: that comes without it, or never. */
export async function firstPaint(browser: Browser, url: string): Promise<FirstPaint> {
  const resources = await blockingResources(browser, url);
  const blocking = resources.map(({ name }) => name);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("**", (route) => {
    const asked = route.request().url();
    return asked === url || blocking.includes(asked) ? route.continue() : undefined;
  });
  const session = await context.newCDPSession(page);
  let bytes = 0;
  let missing = 1 + blocking.length;
  const loaded = new Promise<void>((resolve) => {
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      missing -= 1;
      if (missing === 0) resolve();
    });
  });
  await session.send("Network.enable");
  await session.send("Performance.enable");
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction("performance.getEntriesByName('first-contentful-paint').length > 0", null, {
    timeout: 120_000,
  });
  const { metrics } = await session.send("Performance.getMetrics");
  await loaded;
  await context.close();
  const workMs = 1000 * (metrics.find(({ name }) => name === "ThreadTime")?.value ?? Number.NaN);
  const chained = resources.filter(({ initiatorType }) => initiatorType === "css").length;
  const latencies = (1 + Math.min(1, blocking.length) + chained) * LATENCY_MS;
  const longestNetworkMs = latencies + (await loadedBytes(browser, url)) / BYTES_PER_MS;
  return { blocking, networkMs: latencies + bytes / BYTES_PER_MS, longestNetworkMs, workMs };
}

interface Resource {
  readonly name: string;
  readonly initiatorType: string;
}

async function blockingResources(browser: Browser, url: string): Promise<readonly Resource[]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "load" });
  const resources: readonly Resource[] = await page.evaluate(`performance.getEntriesByType("resource")
    .filter(({ renderBlockingStatus }) => renderBlockingStatus === "blocking")
    .map(({ name, initiatorType }) => ({ name, initiatorType }))`);
  await context.close();
  return resources;
}
