import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Anthropic } from "pageturn";
import { type MockServer, startMockServer } from "pageturn/testing";
import { expect, test } from "vitest";

const ITEMS = 100_000;
const KILLS = 20;
const BATCH = 700;

/** Runs the walker; kills it after `killAfter` ms of walking, or waits for its end. Gives what it printed. */
async function run(server: MockServer, folder: string, killAfter?: number): Promise<string> {
  const script = fileURLToPath(new URL("crash-walk-process.ts", import.meta.url));
  const walker = spawn(process.execPath, [script, server.url, server.apiKey, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  walker.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const exited = once(walker, "exit");
  if (killAfter !== undefined) {
    await once(walker.stdout, "data");
    await setTimeout(killAfter);
    walker.kill("SIGKILL");
  }
  const [code, signal] = await exited;
  if (killAfter === undefined) expect({ code, signal }).toEqual({ code: 0, signal: null });
  return printed;
}

test("a walk killed 20 times and resumed each time has every item, and repeats no more than unsaved batches", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pageturn-crash-"));
  await using server = await startMockServer({ items: ITEMS, latencyMs: 15 });
  try {
    for (let kill = 0; kill < KILLS; kill += 1) await run(server, folder, Math.random() * 120);
    const printed = await run(server, folder);
    expect(printed).toContain('"reason":"exhausted","complete":true');

    const batches = readdirSync(folder).filter((name) => name.endsWith(".batch.json"));
    const kept = batches
      .toSorted()
      .flatMap((name): string[] => JSON.parse(readFileSync(join(folder, name), "utf8")));
    const client = new Anthropic({ baseURL: server.url, apiKey: server.apiKey });
    const expected = client.models.list({ limit: "max" }, {}).toArray({ prefetch: 1 });
    expect([...new Set(kept)]).toEqual(expected.map(({ id }) => id));
    expect(kept.length - ITEMS).toBeLessThanOrEqual(KILLS * BATCH);
    expect((kept.length - ITEMS) % BATCH).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
