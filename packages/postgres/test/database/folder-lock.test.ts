import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FolderLock, lockFolder } from "../../src/database/folder-lock.ts";

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

  test("of a process in a container that is gone is taken over by one of many, whatever the host was called", async () => {
    writeLock({ pid: process.pid, host: "pod-1", place: "another boot pid:[1]" });
    const begin = performance.now();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => lockFolder(folder, { beatMs: 100 })),
    );
    expect(performance.now() - begin).toBeGreaterThan(500);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(["pageturn.lock"]);
  });

  test("of a process in another container is kept as long as it gives signs of life", async () => {
    const lock = await lockFolder(folder, { beatMs: 50 });
    const file = join(folder, "pageturn.lock");
    const before = statSync(file).mtimeMs;
    // The main thread is busy all the time, as it is with a statement.
    for (const until = performance.now() + 60_000; statSync(file).mtimeMs <= before; )
      expect(performance.now()).toBeLessThan(until);
    await lock.release();
    writeLock({ pid: process.pid, host: "pod-1", place: "another boot pid:[1]" });
    const beats = setInterval(() => utimesSync(file, new Date(), new Date()), 50);
    await expect(lockFolder(folder, { beatMs: 200 })).rejects.toThrow(`on pod-1 has it open`);
    clearInterval(beats);
  });

  test("of this boot and container is that of a process here, whatever the host was called", async () => {
    const lock = await lockFolder(folder);
    const file = join(folder, "pageturn.lock");
    const { place } = JSON.parse(readFileSync(file, "utf8"));
    await lock.release();
    writeLock({ pid: 2 ** 30, host: "pod-1", place });
    const begin = performance.now();
    expect(await race(1)).toBe(1);
    // The signs of life of another place would be awaited for 25 seconds.
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  test("that another process has taken over is of no use, and is not removed", async () => {
    const lock = await lockFolder(folder, { beatMs: 50 });
    lock.check();
    writeLock({ pid: 1, host: "pod-2" });
    await expect.poll(() => lostError(lock)).toMatchObject({ name: "MirrorError", kind: "database" });
    await lock.release();
    expect(readdirSync(folder)).toEqual(["pageturn.lock"]);
  });
});

function lostError(lock: FolderLock): unknown {
  try {
    return lock.check();
  } catch (error) {
    return error;
  }
}
