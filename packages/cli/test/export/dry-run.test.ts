import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ExportFolder, exportFolder } from "./export-folder.ts";

const THREE = ["--created-at-gte", "2026-09-28", "--created-at-lt", "2026-10-01"];
const LIST = ["export", "compliance.activities", "--page-size", "500"];

/** What a dry run prints. Expects that it sends nothing, and changes no file. */
async function dryRun(
  { run, server, folder, text }: ExportFolder,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly stderr: string; readonly url: URL | undefined }> {
  const files = () => readdirSync(folder).map((name) => [name, name.endsWith("sqlite") || text(name)]);
  const before = [files(), (await server.requests()).length];
  const { code, stdout, stderr } = await run([...args, "--dry-run"]);
  expect([files(), (await server.requests()).length]).toEqual(before);
  const [, url] = /^GET (\S+)\n/.exec(stdout) ?? [];
  return { code, stderr, url: url === undefined ? undefined : new URL(url) };
}

describe("pageturn export --dry-run", () => {
  it.each(["jsonl", "sqlite"])("prints the request after the checkpoint: %s", async (format) => {
    const folder = await exportFolder({ items: { models: 95 } });
    const args = ["export", "models", "--page-size", "20", "-o", `m.${format}`];
    const first = await dryRun(folder, args);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.url?.searchParams.has("after_id")).toBe(false);
    await folder.server.setScript([{ fault: "status", status: 403, page: 3 }]);
    expect(await folder.run(args)).toMatchObject({ code: 4 });
    const { url, code } = await dryRun(folder, [...args, "--resume"]);
    expect(code).toBe(0);
    const requests = await folder.server.requests();
    expect(url?.searchParams.get("after_id")).toBe(requests.at(-1)?.params["after_id"]);
    expect(await dryRun(folder, [...args, "--resume", "--max-items", "43"])).toMatchObject({
      url: expect.objectContaining({ search: expect.stringContaining("limit=3") }),
    });
    expect((await dryRun(folder, [...args, "--overwrite"])).url?.searchParams.has("after_id")).toBe(false);
    expect(await dryRun(folder, args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("has not ended"),
      url: undefined,
    });
    expect(await dryRun(folder, [...args, "--resume", "--fields", "id"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("it has no --fields"),
      url: undefined,
    });
    expect(await dryRun(folder, ["export", "models", "-o", `none/m.${format}`])).toMatchObject({
      code: 1,
      stderr: `error: Cannot write none/m.${format}: the folder does not exist\n`,
    });
    expect(await folder.run([...args, "--resume"])).toMatchObject({ code: 0 });
    expect(await dryRun(folder, args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("exists already"),
    });
    expect(await dryRun(folder, [...args, "--resume"])).toMatchObject({
      code: 0,
      stderr: "Nothing would be requested: the export has all its items.\n",
      url: undefined,
    });
  });

  it("prints the request of the first file that is to be done", async () => {
    const folder = await exportFolder({ items: { "compliance.activities": 5000 } });
    const args = [...LIST, ...THREE, "--split-by", "day", "-o", "m.jsonl"];
    const start = async (more: readonly string[]) =>
      (await dryRun(folder, [...args, ...more])).url?.searchParams.get("created_at.gte");
    expect(await start([])).toBe("2026-09-28T00:00:00Z");
    await folder.server.setScript([{ fault: "status", status: 403, request: 5 }]);
    expect(await folder.run(args)).toMatchObject({ code: 4 });
    expect(await start(["--resume"])).toBe("2026-09-29T00:00:00Z");
    expect(await start(["--overwrite"])).toBe("2026-09-28T00:00:00Z");
    expect(await dryRun(folder, args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("add --resume to go on"),
      url: undefined,
    });
  });

  it("prints the request of the first slice", async () => {
    const folder = await exportFolder({ items: { "compliance.activities": 5000 } });
    const args = [...LIST, ...THREE, "--parallel", "4", "-o", "m.jsonl"];
    const { url } = await dryRun(folder, args);
    const range = ["created_at.gte", "created_at.lt"].map((name) => url?.searchParams.get(name));
    // The newest items come first.
    expect(range[1]).toBe("2026-10-01T00:00:00.000Z");
    expect(await folder.run(args)).toMatchObject({ code: 0 });
    const sent = (await folder.server.requests()).map(({ params }) => [
      params["created_at.gte"],
      params["created_at.lt"],
    ]);
    expect(sent).toContainEqual(range);
  });
});
