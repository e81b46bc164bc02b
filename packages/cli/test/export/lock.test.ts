import { spawn } from "node:child_process";
import { existsSync, readdirSync, renameSync, symlinkSync } from "node:fs";
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
      const linked = args.map((arg) => (arg === `m.${format}` ? `link/${arg}` : arg));
      for (const again of [[...args, "--resume"], [...args, "--overwrite"], linked]) {
        const second = await run(again);
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

describe("an export to the name of the file that another export could write", () => {
  it.each([
    [[], 0],
    [["--overwrite"], 1],
  ] as const)("is refused only where that export does write it: %j", async (more, code) => {
    const { run, server, path } = await exportFolder({ items: { models: 95 } });
    const args = ["export", "models", "--page-size", "20", "-o"];
    if (more.length > 0) expect(await run([...args, "m.jsonl"])).toMatchObject({ code: 0 });
    const before = (await server.requests()).length;
    await server.setScript([{ fault: "never", request: 3, times: 1 }]);
    let kill = () => {};
    const first = run([...args, "m.jsonl", ...more], {
      onStart: (child) => {
        kill = () => child.kill("SIGKILL");
      },
    });
    while ((await server.requests()).length < before + 3)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await run([...args, "m.jsonl.new", "--format", "jsonl"]);
    expect(second).toMatchObject({
      code,
      stderr: expect.stringMatching(code === 0 ? /^Exported 95 items/ : /another process is exporting to it/),
    });
    kill();
    await first;
    if (code === 0) expect(await run(["verify", "m.jsonl.new"])).toMatchObject({ code: 0 });
    expect(await run([...args, "m.jsonl", "--resume"])).toMatchObject(
      // The file of the other export is not replaced.
      code === 0 ? { code: 1, stderr: expect.stringContaining("m.jsonl.new is in the way") } : { code: 0 },
    );
    if (code === 0) {
      renameSync(path("m.jsonl.new"), path("other.jsonl"));
      expect(await run([...args, "m.jsonl", "--resume"])).toMatchObject({ code: 0 });
    }
    expect(await run(["verify", "m.jsonl"])).toMatchObject({ code: 0 });
  });
});

describe("an export of several files and one to one of them", () => {
  const list = ["export", "compliance.activities", "--page-size", "500"];
  const day = ["--created-at-gte", "2026-09-29", "--created-at-lt", "2026-09-30", "-o", "m-2026-09-29.jsonl"];
  const days = [
    "--created-at-gte",
    "2026-09-28",
    "--created-at-lt",
    "2026-10-01",
    "--split-by",
    "day",
    "-o",
    "m.jsonl",
  ];

  it("do not disturb each other: the second one is refused, and the first one goes on", async () => {
    const { run, server, folder, text } = await exportFolder({ items: { "compliance.activities": 5000 } });
    expect(await run([...list, ...day])).toMatchObject({ code: 0 });
    const before = (await server.requests()).length;
    const hangs = async (args: readonly string[], count: number) => {
      await server.setScript([{ fault: "never", request: count, times: "always" }]);
      const asked = (await server.requests()).length;
      let kill = () => {};
      const ended = run(args, {
        onStart: (child) => {
          kill = () => child.kill("SIGKILL");
        },
      });
      while ((await server.requests()).length < asked + count)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return async () => {
        kill();
        expect(await ended).toMatchObject({ signal: "SIGKILL" });
        await server.setScript([]);
      };
    };
    const files = () =>
      readdirSync(folder)
        .toSorted()
        .map((name) => [name, text(name)] as const);
    const refused = async (args: readonly string[], file: string) => {
      const left = files();
      for (const more of [["--resume"], ["--overwrite"]])
        expect(await run([...args, ...more])).toMatchObject({
          code: 1,
          stderr: `error: Cannot export to ${file} because another process is exporting to it: wait until it has ended\n`,
        });
      expect(files()).toEqual(left);
    };
    // One file is being replaced: the export of all of them touches nothing.
    let end = await hangs([...list, ...day, "--overwrite"], 2);
    await refused([...list, ...days], "m-2026-09-29.jsonl");
    expect((await server.requests()).length).toBe(before + 2);
    await end();
    expect(await run([...list, ...day, "--resume"])).toMatchObject({ code: 0 });
    // All files are being replaced, and this is the one at hand.
    end = await hangs([...list, ...days, "--overwrite"], 5);
    await refused([...list, ...day], "m-2026-09-29.jsonl");
    await refused([...list, ...days], "m.jsonl.split.json");
    await end();
    expect(await run([...list, ...days, "--resume"])).toMatchObject({ code: 0 });
    expect(
      await run(["verify", ...["28", "29", "30"].map((each) => `m-2026-09-${each}.jsonl`)]),
    ).toMatchObject({
      code: 0,
    });
    expect(readdirSync(folder).length).toBe(6);
  });
});

describe("lockFile", () => {
  it.each([...new Set([process.platform, "darwin"] as const)])(
    "is held by one, until it is given up: %s",
    async (platform) => {
      const { path } = await exportFolder();
      const unlock = await lockFile(path("m.jsonl"), { platform });
      await expect(lockFile(path("m.jsonl"), { platform })).rejects.toThrow(
        "another process is exporting to it",
      );
      (await lockFile(path("n.jsonl"), { platform }))();
      unlock();
      (await lockFile(path("m.jsonl"), { platform }))();
    },
  );

  it("is free after the process that held it was killed, where a socket is a file", async () => {
    const { path } = await exportFolder();
    const before = new Set(readdirSync(tmpdir()));
    const module = join(import.meta.dirname, "../../src/export/export-lock.ts");
    const code = `const { lockFile } = await import(${JSON.stringify(module)});
      await lockFile(${JSON.stringify(path("m.jsonl"))}, { platform: "darwin" });
      console.log("locked");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await expect(lockFile(path("m.jsonl"), { platform: "darwin" })).rejects.toThrow(
      "another process is exporting to it",
    );
    const sockets = readdirSync(tmpdir()).filter(
      (name) => /^pageturn-[\da-f]{32}$/.test(name) && !before.has(name),
    );
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    expect(sockets.some((name) => existsSync(join(tmpdir(), name)))).toBe(true);
    (await lockFile(path("m.jsonl"), { platform: "darwin" }))();
  });
});
