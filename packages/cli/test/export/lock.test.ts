import { spawn } from "node:child_process";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockFile } from "../../src/export/export-lock.ts";
import { exportFolder } from "./export-folder.ts";

describe("a second export to the same file", () => {
  it.each(["jsonl", "parquet", "sqlite"])(
    "is refused while the first one runs, and not after kill -9: %s",
    async (format) => {
      const { run, server, folder, path } = await exportFolder({ items: { models: 95 } });
      const args = ["export", "models", "--page-size", "20", "-o", `m.${format}`];
      await server.setScript([{ fault: "never", page: 3, times: "always" }]);
      let kill = () => {};
      const first = run(args, {
        onStart: (child) => {
          kill = () => child.kill("SIGKILL");
        },
      });
      while ((await server.requests()).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
      symlinkSync(folder, path("link"));
      for (const more of [["--resume"], ["--overwrite"], ["-o", `link/m.${format}`]]) {
        const second = await run([...args, ...more]);
        expect(second).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(
            /^error: Cannot export to \S+ because another process is exporting to it: wait until it has ended\n$/,
          ),
        });
      }
      expect((await server.requests()).length).toBe(3);
      kill();
      expect(await first).toMatchObject({ signal: "SIGKILL" });
      await server.setScript([]);
      expect(await run([...args, "--resume"])).toMatchObject({ code: 0 });
      expect(await run(["verify", `m.${format}`])).toMatchObject({ code: 0 });
    },
  );
});

describe("lockFile", () => {
  it.each([...new Set([process.platform, "darwin"] as const)])(
    "is held by one, until it is given up: %s",
    async (platform) => {
      const { path } = await exportFolder();
      const unlock = await lockFile(path("m.jsonl"), platform);
      await expect(lockFile(path("m.jsonl"), platform)).rejects.toThrow("another process is exporting to it");
      (await lockFile(path("n.jsonl"), platform))();
      unlock();
      (await lockFile(path("m.jsonl"), platform))();
    },
  );

  it("is free after the process that held it was killed, where a socket is a file", async () => {
    const { path } = await exportFolder();
    const before = new Set(readdirSync(tmpdir()));
    const module = join(import.meta.dirname, "../../src/export/export-lock.ts");
    const code = `const { lockFile } = await import(${JSON.stringify(module)});
      await lockFile(${JSON.stringify(path("m.jsonl"))}, "darwin");
      console.log("locked");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await expect(lockFile(path("m.jsonl"), "darwin")).rejects.toThrow("another process is exporting to it");
    const sockets = readdirSync(tmpdir()).filter(
      (name) => /^pageturn-[\da-f]{32}$/.test(name) && !before.has(name),
    );
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    expect(sockets.some((name) => existsSync(join(tmpdir(), name)))).toBe(true);
    (await lockFile(path("m.jsonl"), "darwin"))();
  });
});
