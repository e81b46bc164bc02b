import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ExportFolder, exportFolder } from "./export-folder.ts";

/** Mounts a small disk in a folder: only root can, and not everywhere. */
function mount(folder: string, options: string): boolean {
  return (
    process.platform === "linux" &&
    spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status === 0
  );
}

function canMount(): boolean {
  const folder = `/tmp/pageturn-mount-${process.pid}`;
  mkdirSync(folder);
  const isMounted = mount(folder, "size=64k");
  if (isMounted) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

async function folderWithDisk(options: string): Promise<ExportFolder> {
  const folder = await exportFolder({ items: { models: 3000 } });
  mkdirSync(folder.path("disk"));
  expect(mount(folder.path("disk"), options)).toBe(true);
  onTestFinished(() => {
    spawnSync("umount", [folder.path("disk")]);
  });
  return folder;
}

describe("pageturn export", () => {
  it.skipIf(!canMount()).each(["jsonl", "csv", "jsonl.zst", "parquet", "sqlite"])(
    "says in one line that the disk is full, and goes on when it is not: %s",
    async (format) => {
      const folder = await folderWithDisk("size=1m");
      // What else is on the disk leaves little room.
      writeFileSync(folder.path("disk/other"), Buffer.alloc(format === "jsonl.zst" ? 990_000 : 700_000));
      const file = `disk/m.${format}`;
      const args = ["export", "models", "-o", file, "--page-size", "100"];
      const { code, stderr } = await folder.run(args);
      expect({ code, stderr }).toMatchObject({ code: 1 });
      expect(stderr).toMatch(/^error: Cannot write disk\/m\.\S+: there is no space left on the disk$/m);
      expect(stderr).not.toContain("at ");
      spawnSync("mount", ["-o", "remount,size=30m", folder.path("disk")]);
      const resumed = await folder.run([...args, "--resume"]);
      expect(resumed).toMatchObject({ code: 0 });
      expect(folder.json(`${file}.manifest.json`)).toMatchObject({ rows: 3000, outcome: { complete: true } });
      expect(await folder.run(["verify", file])).toMatchObject({ code: 0 });
    },
  );

  it.skipIf(!canMount()).each(["jsonl", "parquet", "sqlite"])(
    "says in one line that the folder is read-only: %s",
    async (format) => {
      const folder = await folderWithDisk("size=1m,ro");
      const { code, stderr } = await folder.run(["export", "models", "-o", `disk/m.${format}`]);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^error: Cannot write disk\/m\.\w+: (?:the file system is read-only|writing there is not permitted|the file cannot be opened there)\n$/,
      );
      expect((await folder.server.requests()).length).toBe(0);
    },
  );

  it.each(["jsonl", "csv", "parquet", "sqlite"])(
    "says in one line that the folder is missing: %s",
    async (format) => {
      const { run, path, server } = await exportFolder({ items: 3 });
      const { code, stderr } = await run(["export", "models", "-o", `none/m.${format}`]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `error: Cannot write none/m.${format}: the folder does not exist\n`,
      });
      expect(existsSync(path("none"))).toBe(false);
      writeFileSync(path("text"), "");
      const below = await run(["export", "models", "-o", `text/m.${format}`]);
      expect(below.stderr).toBe(`error: Cannot write text/m.${format}: a part of its path is not a folder\n`);
      expect((await server.requests()).length).toBe(0);
    },
  );
});
