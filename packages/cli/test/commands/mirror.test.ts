import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, envOf, type RunOptions, runCLI } from "../run-cli.ts";

let server: MockServer;
let folder: string;
const folders: string[] = [];
beforeAll(async () => {
  build();
  server = await startMockServer({ items: 200 });
}, 120_000);
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "pageturn-mirror-")), "database");
  folders.push(folder);
});
afterAll(async () => {
  await server.close();
  for (const each of folders) rmSync(join(each, ".."), { recursive: true, force: true });
});

/** Runs `pageturn mirror ...args` on the folder of the test. */
const mirror = (args: readonly string[], options: RunOptions = {}) =>
  runCLI(["mirror", ...args], { env: { ...envOf(server), PAGETURN_DATABASE: folder }, ...options });

interface Status {
  readonly lists: readonly { readonly name: string; readonly state: string; readonly rows: number }[];
}

async function statusOf(): Promise<Status["lists"]> {
  const { stdout } = await mirror(["status", "--json"]);
  const status: Status = JSON.parse(stdout);
  return status.lists.map(({ name, state, rows }) => ({ name, state, rows }));
}

describe("pageturn mirror", () => {
  test("lists are added, run, shown, verified and removed", async () => {
    const made = await mirror(["init"]);
    expect(made).toMatchObject({ code: 0, stdout: "" });
    expect(made.stderr).toContain("is ready");
    const added = await mirror(["add", "activities", "--since", "2026-09-01", "--slices", "2"]);
    expect(added).toMatchObject({ code: 0 });
    expect(added.stderr).toContain("compliance.activities is added as feed: it is due every 5 min");
    const report = ["add", "usage_report.messages", "--since", "2026-09-20", "--group-by", "model"];
    expect(await mirror(report)).toMatchObject({ code: 0 });
    const run = await mirror(["run"]);
    expect(run).toMatchObject({ code: 0, stdout: "" });
    expect(run.stderr).toContain("compliance.activities: complete, 200 rows");
    const shown = await mirror(["status"]);
    expect(shown.stdout).toMatch(/^LIST +MODE +STATE +ROWS/);
    expect(shown.stdout).toMatch(/compliance\.activities +feed +good +200/);
    const checked = await mirror(["verify"]);
    expect(checked).toMatchObject({ code: 0, stdout: "" });
    expect(checked.stderr).toContain("compliance.activities: 200 rows compared, no difference");
    const removed = await mirror(["remove", "compliance.activities", "--drop"]);
    expect(removed).toMatchObject({ code: 0 });
    expect(await statusOf()).toMatchObject([{ name: "organization.usage_report.messages", state: "good" }]);
  });

  test("a list is of the workspace that it was added with, in each run and in verify", async () => {
    await using workspaces = await startMockServer({ items: 3 });
    const env = { ...envOf(workspaces), PAGETURN_DATABASE: folder };
    const add = ["add", "models", "--name"];
    expect(await mirror([...add, "one", "--workspace", "wrkspc_1"], { env })).toMatchObject({ code: 0 });
    expect(await mirror([...add, "none"], { env })).toMatchObject({ code: 0 });
    expect(await mirror(["run"], { env })).toMatchObject({ code: 0 });
    expect(await mirror(["verify", "one"], { env })).toMatchObject({ code: 0 });
    const sent = (await workspaces.requests()).map(({ headers }) => headers["anthropic-workspace-id"]);
    expect(sent).toEqual(["wrkspc_1", undefined, "wrkspc_1"]);
  });

  test("verify names what differs, and its exit code is 3", async () => {
    await using changing = await startMockServer({ items: 30 });
    const env = { ...envOf(changing), PAGETURN_DATABASE: folder };
    expect(await mirror(["add", "organization.users"], { env })).toMatchObject({ code: 0 });
    expect(await mirror(["run"], { env })).toMatchObject({ code: 0 });
    await changing.mutate("/v1/organizations/users", { add: 1 });
    const { code, stdout, stderr } = await mirror(["verify"], { env });
    expect(code).toBe(3);
    expect(stderr).toContain("1 missing, 0 extra, 0 different");
    expect(JSON.parse(stdout)).toMatchObject({ list: "organization.users", kind: "missing" });
  });

  test("a worker that is killed is followed by another one, which goes on", async () => {
    await using slow = await startMockServer({ items: 2000, latencyMs: 100 });
    const env = { ...envOf(slow), PAGETURN_DATABASE: folder };
    expect(await mirror(["add", "user_profiles"], { env })).toMatchObject({ code: 0 });
    // In the middle of the list, however busy the machine is.
    const middle = (async () => {
      while ((await slow.requests()).length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    })();
    const first = await mirror(["worker"], {
      env,
      onOutput: (text, child) => {
        if (text.includes("The worker runs")) middle.then(() => child.kill("SIGKILL")).catch(() => {});
      },
    });
    expect(first).toMatchObject({ code: 137, stderr: expect.not.stringContaining("complete") });
    const second = await mirror(["worker"], {
      env,
      onOutput: (text, child) => {
        if (text.includes("user_profiles: complete")) child.kill("SIGTERM");
      },
    });
    expect(second.code).toBe(143);
    expect(await statusOf()).toEqual([{ name: "user_profiles", state: "good", rows: 2000 }]);
    const requests = await slow.requests();
    // 20 pages; one or two were under way when the worker was killed.
    expect(requests.length).toBeLessThanOrEqual(22);
  });

  test("a worker serves a page, its data and metrics, until it is stopped", async () => {
    expect(await mirror(["add", "models"])).toMatchObject({ code: 0 });
    let answered: Promise<string[]> | undefined;
    const { code } = await mirror(["worker", "--ui", "0"], {
      onOutput: (text, child) => {
        const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(text) ?? [];
        if (url === undefined || answered !== undefined || !text.includes("models: complete")) return;
        const paths = ["", "status.json", "metrics"];
        answered = Promise.all(paths.map(async (path) => (await fetch(url + path)).text())).finally(() =>
          child.kill("SIGINT"),
        );
      },
    });
    expect(code).toBe(130);
    const answers = (await answered) ?? [];
    expect(answers[0]).toMatch(/^<!doctype html>/);
    expect(JSON.parse(answers[1] ?? "")).toMatchObject({ lists: [{ name: "models", rows: 200 }] });
    expect(answers[2]).toContain('pageturn_mirror_rows{list="models"} 200');
  });

  test.each([
    [["add", "nosuch"], "there is no list with this name"],
    [["add", "models", "--every", "soon"], "it must be a number and a unit"],
    [["add", "models", "--every", "0s"], "Cannot use --every 0s: it must be at least 1s"],
    [["add", "skills.versions", "a", "--parents", "x"], "together with --parents"],
    [["add", "activities", "--created_at.gte=2026-01-01"], "use --since"],
    [["add", "models", "--mode", "table"], "it must be feed, buckets or snapshot"],
    [["add", "activities", "--created-at-gte", "2026-01-01"], "use --since"],
    [["worker", "--ui", "web"], "it must be the number of a port"],
  ])("%s is refused with a reason", async (args, reason) => {
    const { code, stderr } = await mirror(args);
    expect(stderr).toContain(reason);
    expect(code).toBe(2);
    expect(stderr).not.toContain("bug");
    expect(existsSync(folder)).toBe(false);
  });

  test("what the mirror refuses has exit code 2, and what another process holds 1", async () => {
    expect(await mirror(["init"])).toMatchObject({ code: 0 });
    expect(await mirror(["remove", "models"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Cannot find "models" in the mirror'),
    });
    expect(await mirror(["status"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("no list yet"),
    });
    const holder = { pid: 1, host: "elsewhere", start: null };
    writeFileSync(join(folder, "pageturn.lock"), JSON.stringify(holder));
    expect(await mirror(["status"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("because process 1 on elsewhere has it open"),
    });
  });

  test.each([
    [["add", "activities", "--slices", "20000"], "because --slices must be 1 to 10000"],
    [
      ["add", "models", "--slices", "2"],
      "because --slices is for feed and buckets, and it would be a snapshot",
    ],
    [["add", "models", "--since", "-7d"], "because --since is for feed and buckets"],
    [["add", "models", "--delay", "1h"], "because --delay is for feed and buckets"],
    [["add", "models", "--overlap", "1h"], "because --overlap is for feed, and it would be a snapshot"],
    [["add", "activities", "--lookback", "1h"], "because --lookback is for buckets, and it would be a feed"],
    [
      ["add", "organization.cost_report", "--overlap", "1h"],
      "because --overlap is for feed, and it would be buckets",
    ],
    [["add", "activities", "--mode", "snapshot", "--since", "-7d"], "it would be a snapshot: leave it out"],
    [["add", "usage_report.claude_code", "--slices", "2"], "this one is requested day by day"],
    [["add", "organization.users", "--workspace", "w"], "it is a list of an organization"],
    [["run", "--workspace", "w"], "Cannot use --workspace with pageturn mirror run"],
    [["verify", "--workspace", "w"], "each list of a mirror has its own"],
    [["worker", "--workspace", "w"], "which pageturn mirror add --workspace names"],
    [["run"], "The mirror has no list yet"],
    [["verify"], "The mirror has no list yet"],
    [["remove", "models"], 'Cannot find "models" in the mirror'],
  ])("%s is refused in a mirror without lists", async (args, reason) => {
    expect(await mirror(["init"])).toMatchObject({ code: 0 });
    expect(await mirror(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(reason) });
  });

  test.each([[["status"]], [["run"]], [["verify"]], [["remove", "models"]]])(
    "%s creates nothing where no mirror is",
    async (args) => {
      const { code, stdout, stderr } = await mirror(args);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: "",
        stderr: `error: There is no mirror in ${folder} with the schema pageturn. Make one with the same --database: pageturn mirror add LIST\n`,
      });
      expect(existsSync(folder)).toBe(false);
      expect(await mirror(["init"])).toMatchObject({ code: 0 });
      const other = await mirror([...args, "--schema", "other"]);
      expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("with the schema other") });
    },
  );

  test("a server that cannot be reached is named without its password", async () => {
    const target = "postgres://company:pass@secret@127.0.0.1:1/none";
    const { code, stderr } = await mirror(["status", "--database", target]);
    expect(code).toBe(1);
    expect(stderr).toContain("Cannot open the database postgres://company:…@127.0.0.1:1/none");
    expect(stderr).not.toContain("secret");
  });
});
