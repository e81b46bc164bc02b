import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { screenLines } from "../../scripts/screen-lines.ts";
import { build, envOf, runInTerminal } from "../run-cli.ts";
import { exportFolder } from "./export-folder.ts";

describe("the progress", () => {
  beforeAll(build, 120_000);

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
    const lines = await screenLines(stdout, 200);
    expect(
      lines.map((pieces) =>
        pieces
          .map(({ text }) => text)
          .join("")
          .trim(),
      ),
    ).toEqual([expect.stringMatching(/^Exported 2,500 items to .*m\.jsonl/)]);
    expect(json("m.jsonl.manifest.json")).toMatchObject({ rows: 2500 });
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
