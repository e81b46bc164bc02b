import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder, idsOf } from "./export-folder.ts";

/** A list of 200 pages, whose pages are slow until {@link quicken}: a busy machine does not come too late to the export. */
async function slowList(): Promise<ExportFolder> {
  const folder = await exportFolder({ items: { models: 4000 } });
  await folder.server.setScript([{ fault: "delay", ms: 60, times: "always" }]);
  return folder;
}

function quicken({ server }: ExportFolder): Promise<void> {
  return server.setScript([]);
}

/** Runs an export, and calls `act` when the server has been asked for some pages. */
async function interrupted(
  folder: ExportFolder,
  args: readonly string[],
  act: (child: ChildProcess) => void,
) {
  let started: ChildProcess | undefined;
  const ended = folder.run(args, {
    onStart: (child) => {
      started = child;
    },
  });
  while ((await folder.server.requests()).length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
  if (started !== undefined) act(started);
  return ended;
}

describe("a signal", () => {
  it.each([
    ["SIGINT", "jsonl", 130],
    ["SIGINT", "sqlite", 130],
    ["SIGTERM", "csv", 143],
    ["SIGTERM", "parquet", 143],
  ] as const)(
    "%s ends an export to %s after the page, with a command to go on",
    async (signal, format, code) => {
      const folder = await slowList();
      const file = `it's mine.${format}`;
      const args = ["export", "models", "--page-size", "20", "-o", file];
      const ended = await interrupted(folder, args, (child) => child.kill(signal));
      expect(ended).toMatchObject({ code, signal: null });
      expect(ended.stderr).toContain(
        `Go on with: pageturn export models --page-size 20 -o 'it'\\''s mine.${format}' --resume`,
      );
      const kept = Number(/Stopped\. (\d+) items/.exec(ended.stderr)?.[1]);
      expect(kept).toBeGreaterThan(0);
      expect(kept % 20).toBe(0);
      await quicken(folder);
      expect(await folder.run([...args, "--resume"])).toMatchObject({ code: 0 });
      expect(folder.json(`${file}.manifest.json`)).toMatchObject({ rows: 4000, outcome: { complete: true } });
      expect(await folder.run(["verify", file])).toMatchObject({ code: 0 });
    },
  );

  it("ends a request that hangs", async () => {
    const folder = await exportFolder({ items: { models: 400 } });
    await folder.server.setScript([{ fault: "never", page: 4 }]);
    const args = ["export", "models", "--page-size", "20", "-o", "m.jsonl"];
    const ended = await interrupted(folder, args, (child) => {
      setTimeout(() => child.kill("SIGINT"), 300);
    });
    expect(ended).toMatchObject({ code: 130, stderr: expect.stringContaining("60 items") });
    expect(await folder.run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(new Set(idsOf(folder.text("m.jsonl"))).size).toBe(400);
  });

  it("ends the process at once the second time, and the export can be resumed", async () => {
    const folder = await slowList();
    const args = ["export", "models", "--page-size", "20", "-o", "m.jsonl"];
    const ended = await interrupted(folder, args, (child) => {
      child.kill("SIGINT");
      child.kill("SIGINT");
      setImmediate(() => child.kill("SIGINT"));
    });
    expect(ended.code).toBe(130);
    expect(existsSync(folder.path("m.jsonl.checkpoint.json"))).toBe(true);
    await quicken(folder);
    expect(await folder.run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(new Set(idsOf(folder.text("m.jsonl"))).size).toBe(4000);
  });
});
