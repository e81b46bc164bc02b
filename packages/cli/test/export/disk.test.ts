import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ExportFolder, exportFolder } from "./export-folder.ts";

/** Mounts a small disk in a folder: only root can, and not everywhere. */
function mount(folder: string, options: string): boolean {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  if (status === 0) {
    onTestFinished(() => {
      spawnSync("umount", [folder]);
    });
  }
  return status === 0;
}

/** A folder `disk` that has no more room than an export needs, and what is said of it. */
interface FullDisk extends ExportFolder {
  readonly reason: string;
  /** Runs the command where the room is short. */
  runFull: ExportFolder["run"];
  makeRoom(): void;
}

/**
 * Where no disk can be mounted, the system limits the size of each file instead: the error has another name, and what has to be
 * done about it is the same.
 */
async function fullDisk(format: string): Promise<FullDisk> {
  const folder = await exportFolder({ items: { models: 3000 } });
  const disk = folder.path("disk");
  mkdirSync(disk);
  if (mount(disk, "size=1m")) {
    // What else is on the disk leaves little room.
    writeFileSync(folder.path("disk/other"), Buffer.alloc(format === "jsonl.zst" ? 990_000 : 700_000));
    const makeRoom = () => {
      expect(spawnSync("mount", ["-o", "remount,size=30m", disk]).status).toBe(0);
    };
    return { ...folder, reason: "there is no space left on the disk", runFull: folder.run, makeRoom };
  }
  return { ...folder, ...limited(folder, format), makeRoom: () => {} };
}

/** A folder in which no file may be larger than so many blocks of 512 bytes. */
function limited(folder: ExportFolder, format: string): Pick<FullDisk, "reason" | "runFull"> {
  // Blocks of 512 or 1024 bytes.
  const launcher = folder.path("limited.sh");
  writeFileSync(
    launcher,
    `#!/bin/sh\nulimit -f ${format === "jsonl.zst" ? 16 : 300} || exit 99\nexec '${process.execPath}' "$@"\n`,
  );
  chmodSync(launcher, 0o755);
  return {
    // SQLite does not say more of it.
    reason:
      format === "sqlite" ? "the disk reports an error" : "the file would be larger than the system allows",
    runFull: (args, options) => folder.run(args, { ...options, node: launcher }),
  };
}

/** Expects that an export ends for want of room, and goes on when there is some. */
async function expectToGoOn(
  { run, runFull, reason, makeRoom, json }: FullDisk,
  format: string,
): Promise<void> {
  const file = `disk/m.${format}`;
  const args = ["export", "models", "-o", file, "--page-size", "100"];
  const { code, stderr } = await runFull(args);
  expect({ code, stderr }).toMatchObject({ code: 1 });
  expect(stderr).toMatch(/^error: Cannot write disk\/m\.\S+: .*$/m);
  expect(stderr).toContain(`: ${reason}\n`);
  expect(stderr).not.toContain("at ");
  makeRoom();
  const resumed = await run([...args, "--resume"]);
  expect(resumed).toMatchObject({ code: 0 });
  expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 3000, outcome: { complete: true } });
  expect(await run(["verify", file])).toMatchObject({ code: 0 });
}

const FORMATS = ["jsonl", "csv", "jsonl.zst", "parquet", "sqlite"];

describe("pageturn export", () => {
  it.each(FORMATS)(
    "says in one line that the disk is full, and goes on when it is not: %s",
    async (format) => {
      await expectToGoOn(await fullDisk(format), format);
    },
  );

  it.each(FORMATS)("says in one line that a file becomes too large, and goes on: %s", async (format) => {
    const folder = await exportFolder({ items: { models: 3000 } });
    mkdirSync(folder.path("disk"));
    await expectToGoOn({ ...folder, ...limited(folder, format), makeRoom: () => {} }, format);
  });

  it.each(FORMATS)("keeps the file that it replaces when the disk is full: %s", async (format) => {
    const folder = await fullDisk(format);
    const { run, runFull, path, reason, makeRoom, json } = folder;
    const file = `disk/m.${format}`;
    const args = ["export", "models", "-o", file, "--page-size", "100"];
    expect(await run([...args, "--max-items", "10"])).toMatchObject({ code: 0 });
    const old = readFileSync(path(file));
    const { code, stderr } = await runFull([...args, "--overwrite"]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(`: ${reason}\n`) });
    expect(readFileSync(path(file))).toEqual(old);
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
    makeRoom();
    expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(json(`${file}.manifest.json`)).toMatchObject({ rows: 3000, outcome: { complete: true } });
    expect(await run(["verify", file])).toMatchObject({ code: 0 });
    expect(existsSync(path(`${file}-journal`))).toBe(false);
  });

  it.each(["jsonl", "parquet", "sqlite"])(
    "says in one line that the folder is read-only: %s",
    async (format) => {
      const folder = await exportFolder({ items: { models: 3000 } });
      mkdirSync(folder.path("disk"));
      const name = readOnlyFolder(folder);
      const { code, stderr } = await folder.run(["export", "models", "-o", `${name}/m.${format}`]);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^error: Cannot write \S+\/m\.\w+: (?:the file system is read-only|writing there is not permitted|the file cannot be opened there)\n$/,
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

/** A folder that nobody can write to: a disk, one of another mode, or, for root, who may write to all of these, one of the kernel. */
function readOnlyFolder({ path }: ExportFolder): string {
  if (mount(path("disk"), "size=1m,ro")) return "disk";
  if (process.getuid?.() === 0) return "/sys/kernel";
  chmodSync(path("disk"), 0o555);
  return "disk";
}
