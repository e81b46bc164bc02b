import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockFolder } from "../../src/database/folder-lock.ts";

describe("the lock of a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pageturn-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const writeLock = (holder: object) =>
    writeFileSync(
      join(folder, "pageturn.lock"),
      JSON.stringify({ host: hostname(), start: null, ...holder }),
    );

  async function race(count: number): Promise<number> {
    const results = await Promise.allSettled(Array.from({ length: count }, () => lockFolder(folder)));
    return results.filter(({ status }) => status === "fulfilled").length;
  }

  test("is taken by one of many that begin at once, and leaves no other file", async () => {
    expect(await race(30)).toBe(1);
    expect(readdirSync(folder)).toEqual(["pageturn.lock"]);
  });

  test("of a process that is gone is taken over by one of many", async () => {
    writeLock({ pid: 2 ** 30 });
    expect(await race(30)).toBe(1);
    expect(readdirSync(folder)).toEqual(["pageturn.lock"]);
  });

  test("of a process whose number was used again is taken over", async () => {
    writeLock({ pid: process.pid, start: "1" });
    expect(await race(1)).toBe(1);
  });

  test("is taken over after a process died while it took it over", async () => {
    writeLock({ pid: 2 ** 30 });
    const guard = join(folder, "pageturn.lock.takeover");
    mkdirSync(guard);
    utimesSync(guard, 1, 1);
    expect(await race(1)).toBe(1);
  });

  test("of a live process, or of one on another host, is refused until it is released", async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`process ${process.pid}`);
    await lock.release();
    writeLock({ pid: 1, host: "another" });
    await expect(lockFolder(folder)).rejects.toThrow("another");
  });
});
