import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { screenLines } from "../../scripts/screen-lines.ts";
import { build, envOf, MAIN, runCommandInTerminal, runInTerminal } from "../run-cli.ts";
import { exportFolder } from "./export-folder.ts";

/** The lines that a terminal shows at the end. */
async function shown(received: string, columns: number): Promise<readonly string[]> {
  const lines = await screenLines(received, columns);
  return lines.map((pieces) =>
    pieces
      .map(({ text }) => text)
      .join("")
      .trim(),
  );
}

describe("the progress", () => {
  beforeAll(build);

  it("is a bar on a terminal, and is gone at the end", async () => {
    const { server, folder, json } = await exportFolder({ items: { models: 3000 }, latencyMs: 60 });
    await server.setScript([{ fault: "status", status: 429, headers: { "retry-after-ms": "20" }, page: 3 }]);
    const args = [
      "export",
      "models",
      "-o",
      join(folder, "m.jsonl"),
      "--page-size",
      "100",
      "--max-items",
      "2500",
    ];
    const { code, stdout } = await runInTerminal(args, { env: envOf(server) });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\[#+-+\] \d+ % [\d,]+ items, \d+ pages, [\d,]+ items\/s, 1 retry, 1 rate-limit wait \(1 s\), \d+ s left/,
    );
    // The bar is gone, and the last message is there.
    expect(await shown(stdout, 200)).toEqual([expect.stringMatching(/^Exported 2,500 items to .*m\.jsonl/)]);
    expect(json("m.jsonl.manifest.json")).toMatchObject({ rows: 2500 });
  });

  it.each([80, 120])("prints whole messages after Ctrl-C, on %d columns", async (columns) => {
    const { server, folder } = await exportFolder({ items: { models: 3000 }, latencyMs: 80 });
    const file = join(folder, "m.jsonl");
    let isPressed = false;
    const { code, stdout } = await runInTerminal(["export", "models", "-o", file, "--page-size", "20"], {
      env: { ...envOf(server), NO_COLOR: "1" },
      columns,
      onOutput: (text, child) => {
        // The bar does not show every page.
        if (isPressed || !/ (?:[4-9]|\d\d) pages/.test(text)) return;
        isPressed = true;
        child.type("\u0003");
      },
    });
    expect(code).toBe(130);
    const text = (await shown(stdout, columns)).join("\n");
    const wanted =
      "Ending after this page. Press Ctrl-C again to end at once. " +
      `Stopped. 80 items of ${file} are kept. Go on with: pageturn export models -o ${file} --page-size 20 --resume`;
    // The terminal breaks long lines.
    const withoutSpaces = (each: string) => each.replaceAll(/\s/g, "").replace(/(?<=Stopped\.)\d+/, "80");
    expect(withoutSpaces(text)).toBe(withoutSpaces(wanted));
  });

  it("leaves the lines of --verbose whole", async () => {
    const { server, folder } = await exportFolder({ items: { models: 200 }, latencyMs: 30 });
    const args = ["export", "models", "-o", join(folder, "m.jsonl"), "--page-size", "20", "--verbose"];
    const { code, stdout } = await runInTerminal(args, { env: { ...envOf(server), NO_COLOR: "1" } });
    expect(code).toBe(0);
    const lines = await shown(stdout, 400);
    expect(lines.slice(0, -1)).toEqual(
      Array(10).fill(expect.stringMatching(/^\[[^\]]+\] GET \S+ succeeded with status 200 in \d+ ms$/)),
    );
    expect(lines.at(-1)).toMatch(/^Exported 200 items to /);
  });

  it("leaves a terminal that wraps lines and shows its cursor, also where the process ends at once", async () => {
    const { server, folder } = await exportFolder({ items: { models: 3000 }, latencyMs: 80 });
    const file = join(folder, "m.jsonl");
    const line = `
      ${process.execPath} ${MAIN} export models -o ${file} --page-size 20 & pid=$!
      while [ ! -s ${file} ]; do sleep 0.1; done
      kill -INT $pid; kill -TERM $pid; wait $pid; echo "ended $?"`;
    const { stdout } = await runCommandInTerminal(["bash", "-c", line], { env: envOf(server) });
    expect(stdout).toMatch(/ended (?:130|143)\s*$/);
    for (const mode of ["?7", "?25"])
      expect(stdout.lastIndexOf(`\u001b[${mode}h`)).toBeGreaterThan(stdout.lastIndexOf(`\u001b[${mode}l`));
    expect(stdout).toContain("\u001b[?7l");
  });

  it("says how long a range of time takes once a tenth of it is done: it may be empty elsewhere", async () => {
    const { server, folder } = await exportFolder({
      items: { "compliance.activities": 8000 },
      latencyMs: 25,
    });
    const left = async (file: string, ...range: readonly string[]) => {
      const args = ["export", "compliance.activities", "--page-size", "100", "-o", join(folder, file)];
      const { code, stdout } = await runInTerminal([...args, ...range], { env: envOf(server) });
      expect(code).toBe(0);
      expect(stdout).toMatch(/ % [\d,]+ items, /);
      return [...stdout.matchAll(/items\/s, (.*?) left/g)].map(([, text = ""]) => text);
    };
    // The server has an item of each minute from 2026-09-25T10:41 to 2026-10-01.
    expect(await left("a.jsonl", "--created-at-gte", "2006-01-01")).toEqual([]);
    const even = ["--created-at-gte", "2026-09-25T00:00:00Z", "--created-at-lt", "2026-10-01T01:00:00Z"];
    const shown = await left("b.jsonl", ...even);
    expect(shown.length).toBeGreaterThan(0);
    // How much it is, is tested with a clock that it sets, in progress-meter.test.ts.
    for (const text of shown) expect(text).toMatch(/^\d+ (?:s|min)$/);
  });

  it("is a line every few seconds elsewhere, and nothing with --quiet", async () => {
    const { run } = await exportFolder({ items: { models: 1200 }, latencyMs: 60 });
    const args = ["export", "models", "--page-size", "10"];
    const loud = await run([...args, "-o", "a.jsonl"]);
    expect(loud).toMatchObject({ code: 0, stdout: "" });
    expect(loud.stderr).toMatch(/^[\d,]+ items, \d+ pages, \d+ items\/s\n/);
    expect(loud.stderr).not.toContain("\u001b");
    expect(await run([...args, "--quiet", "-o", "b.jsonl"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});
