import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../../postgres/src/database/open-database.ts";
import { makeEmptyFolder } from "../../../postgres/test/support/empty-folder.ts";
import { startPostgres } from "../../../postgres/test/support/postgres-server.ts";
import { build, envOf, type RunOptions, runCLI } from "../run-cli.ts";

let server: MockServer;
let folder: string;
const folders: string[] = [];
beforeAll(async () => {
  build();
  server = await startMockServer({ items: 200 });
});
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

let emptyMirror: Promise<string> | undefined;

async function newEmptyMirror(): Promise<string> {
  await makeEmptyFolder(folder);
  expect(await mirror(["init"])).toMatchObject({ code: 0 });
  return folder;
}

interface Status {
  readonly lists: readonly { readonly name: string; readonly state: string; readonly rows: number }[];
}

async function statusOf(): Promise<Status["lists"]> {
  const { stdout } = await mirror(["status", "--json"]);
  const status: Status = JSON.parse(stdout);
  return status.lists.map(({ name, state, rows }) => ({ name, state, rows }));
}

/** The status of the answer to a request whose target is any text. */
async function statusOfTarget(url: string, path: string): Promise<number | undefined> {
  const sent = request(url, { path }).end();
  const [response]: IncomingMessage[] = await once(sent, "response");
  response?.resume();
  return response?.statusCode;
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
    const sampled = await mirror(["verify", "compliance.activities", "--sample", "5"]);
    expect(sampled.stderr).toContain("compliance.activities: 5 rows compared, no difference");
    const removed = await mirror(["remove", "compliance.activities", "--drop"]);
    expect(removed).toMatchObject({ code: 0 });
    expect(await statusOf()).toMatchObject([{ name: "organization.usage_report.messages", state: "good" }]);
  });

  test("run --from requests again what the API has changed before the overlap, and names what it cannot do", async () => {
    await makeEmptyFolder(folder);
    expect(await mirror(["add", "activities", "--since", "2026-09-01", "--slices", "2"])).toMatchObject({
      code: 0,
    });
    expect(await mirror(["add", "models"])).toMatchObject({ code: 0 });
    expect(await mirror(["run"])).toMatchObject({ code: 0 });
    const again = ["run", "compliance.activities"];
    const usual = await mirror(again);
    expect(usual.stderr).toMatch(/complete, 0 rows in 1 page, 0 new/);
    const all = await mirror([...again, "--from", "2026-09-01"]);
    expect(all).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/complete, 200 rows .*, 0 new, 0 changed/),
    });
    for (const [args, text] of [
      [["run", "--from", "-2d"], "Cannot use --from for all lists"],
      [["run", "models", "--from", "-2d"], "each run of a snapshot requests everything"],
      [[...again, "--from", "2999-01-01"], "it is not in the past: 2999-01-01T00:00:00.000Z"],
      [[...again, "--from", "soon"], "Cannot use --from soon: it must be one of "],
    ] as const) {
      expect(await mirror(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(text) });
    }
  });

  test("remove and add name the table that stays, and status names new fields", async () => {
    await makeEmptyFolder(folder);
    const first = await mirror(["add", "models", "--history"]);
    expect(first.stderr).toContain("its table is pageturn.models.\n");
    expect(first.stderr).not.toContain("Drop");
    const removed = await mirror(["remove", "models"]);
    expect(removed.stderr).toContain(
      "Its table pageturn.models stays: drop it with SQL. If the list is added again",
    );
    const again = await mirror(["add", "models"]);
    expect(again.stderr).toMatch(/its table is pageturn\.models_[0-9a-f]{10}\.\n/);
    expect(again.stderr).toContain(
      "Tables of lists that were removed stay, and no list uses them: pageturn.models, pageturn.models_history. Drop",
    );
    const database = await openDatabase(folder);
    await database.query(
      "INSERT INTO pageturn._new_fields (list_id, field, first_seen_at, run_id) SELECT list_id, 'new_' || n, now(), 0 FROM pageturn._lists, generate_series(10, 21) n",
    );
    await database.close();
    const { stdout } = await mirror(["status"]);
    expect(stdout).toMatch(/^models: new fields: new_10, new_11, .*, new_19 and 2 more$/m);
  });

  test("run says which parents answered 404, and that it has ended an older run", async () => {
    await makeEmptyFolder(folder);
    await using changing = await startMockServer({ items: { skills: 3, "skills.versions": 2 } });
    const env = { ...envOf(changing), PAGETURN_DATABASE: folder };
    expect(await mirror(["add", "skills"], { env })).toMatchObject({ code: 0 });
    expect(await mirror(["add", "skills.versions"], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "Cannot mirror skills.versions without skill_id: name it, or the mirrored list whose rows have it with --parents",
      ),
    });
    expect(await mirror(["add", "skills.versions", "--parents", "skills"], { env })).toMatchObject({
      code: 0,
    });
    expect(await mirror(["run"], { env })).toMatchObject({ code: 0 });
    const [, path = ""] = (await changing.requests()).map(({ path }) => path);
    await changing.setScript([{ fault: "status", status: 404, path, times: 1 }]);
    const run = await mirror(["run", "skills.versions"], { env });
    expect(run.stderr).toContain("0 deleted; 1 of 3 parents answered 404, and keep their rows");
    // A refusal for good ends its run. One that is about the key does not.
    await changing.setScript([{ fault: "status", status: 403, times: 1 }]);
    expect(await mirror(["run", "skills"], { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("403"),
    });
    const next = await mirror(["run", "skills"], { env });
    expect(next).toMatchObject({ code: 0, stderr: expect.not.stringContaining("interrupted") });
    await changing.setScript([{ fault: "status", status: 401, times: 1 }]);
    expect(await mirror(["run", "skills"], { env })).toMatchObject({ code: 4 });
    const ended = await mirror(["run", "skills"], { env });
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toMatch(
      /skills: the run of 20[-\dT:.]+Z was begun by another process, or interrupted\. Run the list again for what is newer/,
    );
    expect((await mirror(["run", "skills"], { env })).stderr).not.toContain("interrupted");
  });

  test("a worker without a key ends at once", async () => {
    await makeEmptyFolder(folder);
    expect(await mirror(["add", "models"])).toMatchObject({ code: 0 });
    const env = { ...envOf(server), ANTHROPIC_API_KEY: "", HOME: folder, PAGETURN_DATABASE: folder };
    const { code, stderr } = await mirror(["worker"], { env });
    expect(stderr).toContain("Cannot run a worker without a credential: set ANTHROPIC_API_KEY");
    expect(code).toBe(4);
  });

  test("a list is of the workspace that it was added with, in each run and in verify", async () => {
    await makeEmptyFolder(folder);
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
    await makeEmptyFolder(folder);
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

  test("verify goes on after a list that cannot be verified, and a difference decides the exit code", async () => {
    await makeEmptyFolder(folder);
    await using changing = await startMockServer({ items: 30 });
    const env = { ...envOf(changing), PAGETURN_DATABASE: folder };
    expect(await mirror(["add", "models"], { env })).toMatchObject({ code: 0 });
    for (const list of ["organization.users", "organization.invites"]) {
      expect(await mirror(["add", list], { env })).toMatchObject({ code: 0 });
      expect(await mirror(["run", list], { env })).toMatchObject({ code: 0 });
    }
    const why = 'models: Cannot verify "models" because no run was complete yet';
    const equal = await mirror(["verify"], { env });
    expect(equal).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(why) });
    for (const list of ["users", "invites"])
      expect(equal.stderr).toContain(`organization.${list}: 30 rows compared, no difference`);
    await changing.mutate("/v1/organizations/invites", { add: 1 });
    const different = await mirror(["verify"], { env });
    expect(different).toMatchObject({ code: 3, stderr: expect.stringContaining(why) });
    expect(JSON.parse(different.stdout)).toMatchObject({ list: "organization.invites", kind: "missing" });
    await changing.setScript([{ fault: "status", status: 403, path: "/v1/organizations/users" }]);
    const refused = await mirror(["verify", "organization.users", "organization.invites"], { env });
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("403") });
    expect(refused.stdout).toContain('"kind":"missing"');
    await changing.setScript([{ fault: "status", status: 403, path: "/v1/organizations/users" }]);
    expect(await mirror(["verify", "organization.users", "models"], { env })).toMatchObject({ code: 4 });
  });

  test("run and verify go on after a list whose statement fails, and end if the database does", async () => {
    await using postgres = await startPostgres();
    const url = await postgres.createDatabase();
    const env = { ...envOf(server), PAGETURN_DATABASE: url };
    for (const list of ["models", "organization.users"])
      expect(await mirror(["add", list], { env })).toMatchObject({ code: 0 });
    const database = await openDatabase(url);
    await database.execute("ALTER TABLE pageturn.models ADD CONSTRAINT no_row CHECK (false)");
    const run = await mirror(["run"], { env });
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("organization.users: complete") });
    expect(run.stderr).toContain("error: models: The database has failed: new row for relation");
    await database.execute(`ALTER TABLE pageturn.models DROP CONSTRAINT no_row`);
    expect(await mirror(["run"], { env })).toMatchObject({ code: 0 });
    await database.execute("ALTER TABLE pageturn.models RENAME COLUMN _hash TO other");
    const verified = await mirror(["verify"], { env });
    expect(verified.code).toBe(1);
    expect(verified.stderr).toContain("error: models: The database has failed: ");
    expect(verified.stderr).toContain("organization.users: 200 rows compared, no difference");
    await database.execute("ALTER TABLE pageturn.models RENAME COLUMN other TO _hash");
    await database.execute(`CREATE FUNCTION is_down() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the server ends' USING ERRCODE = '57P01'; END $$;
      CREATE TRIGGER is_down BEFORE UPDATE ON pageturn._lists FOR EACH ROW EXECUTE FUNCTION is_down()`);
    const ended = await mirror(["run"], { env });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe("error: The database has failed: the server ends\n");
    await database.close();
  });

  test("a worker that is stopped while it starts does not say that it runs", async () => {
    await makeEmptyFolder(folder);
    await mirror(["add", "models"]);
    const { code, stderr } = await mirror(["worker", "--ui", "0"], {
      onOutput: (text, child) => {
        if (text.includes("Status: ")) child.kill("SIGTERM");
      },
    });
    expect(code).toBe(143);
    expect(stderr).toContain("Ending after this page");
    expect(stderr).not.toMatch(/Ending after this page[\s\S]*The worker runs/);
  });

  test("a worker that is killed is followed by another one, which goes on", async () => {
    await makeEmptyFolder(folder);
    // In the middle of the list, a request hangs: however busy the machine is, the worker is killed before the end.
    await using slow = await startMockServer({
      items: 2000,
      script: [{ fault: "never", request: 6, times: 1 }],
    });
    const env = { ...envOf(slow), PAGETURN_DATABASE: folder };
    expect(await mirror(["add", "user_profiles"], { env })).toMatchObject({ code: 0 });
    let written: Promise<void> | undefined;
    const first = await mirror(["worker", "--ui", "0"], {
      env,
      onOutput: (text, child) => {
        const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(text) ?? [];
        if (url === undefined || !text.includes("The worker runs")) return;
        written ??= (async () => {
          const rows = async () => (await (await fetch(`${url}status.json`)).json()).lists[0].rows;
          try {
            await expect.poll(rows).toBe(500);
          } finally {
            child.kill("SIGKILL");
          }
        })();
      },
    });
    await written;
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

  test("--rate holds for a command without it, and a worker that waits for its turn ends when it is stopped", async () => {
    await using database = await startPostgres();
    // More than either command would fetch in the time that the other one needs to start.
    await using api = await startMockServer({ items: { user_profiles: 100_000, models: 8000 } });
    const url = await database.createDatabase();
    const env = { ...envOf(api), PAGETURN_DATABASE: url };
    const lists = ["user_profiles", "models"];
    for (const list of lists) expect(await mirror(["add", list], { env })).toMatchObject({ code: 0 });
    let ran: Promise<number> | undefined;
    let stopped = 0;
    const connection = await openDatabase(url);
    let begin = performance.now();
    // The last time at which no turn was taken: no request is sent while a process starts.
    const begun = expect
      .poll(
        async () => {
          const now = performance.now();
          const { rows } = await connection.query("SELECT 1 FROM pageturn._budgets");
          if (rows.length === 0) begin = now;
          return rows.length;
        },
        { timeout: 200_000 },
      )
      .toBe(1);
    const worker = await mirror(["worker", "--rate", "60"], {
      env,
      onOutput: (text, child) => {
        if (!text.includes("The worker runs") || ran !== undefined) return;
        ran = mirror(["run", "models"], { env }).then(({ code, stderr }) => {
          expect({ code, stderr }).toMatchObject({
            code: 0,
            stderr: expect.stringContaining("models: complete"),
          });
          const requests = api.requests();
          stopped = performance.now();
          child.kill("SIGTERM");
          return requests.then(({ length }) => length / ((stopped - begin) / 1000 + 6));
        });
      },
    });
    expect(worker.code).toBe(143);
    // A request under way may arrive for five seconds. What does not end by itself would be ended after 28.
    expect(performance.now() - stopped).toBeLessThan(25_000);
    await begun;
    await connection.close();
    // A second, with six at once at first.
    expect(await ran).toBeLessThanOrEqual(1.2);
  });

  test("run and verify end within their bound after a signal, also if a statement waits for a lock", async () => {
    await using postgres = await startPostgres();
    const url = await postgres.createDatabase();
    const env = { ...envOf(server), PAGETURN_DATABASE: url };
    for (const list of ["organization.users", "models"])
      expect(await mirror(["add", list], { env })).toMatchObject({ code: 0 });
    expect(await mirror(["run"], { env })).toMatchObject({ code: 0 });
    // The bound of 28 seconds is a short one.
    const short = `const real = setTimeout;
      globalThis.setTimeout = (call, time, ...rest) => real(call, time === 28_000 ? 100 : time, ...rest);`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(short)}`;
    const database = await openDatabase(url);
    await database.query("UPDATE pageturn.models SET _hash = 'x'");
    for (const [args, lock] of [
      [["run"], "SHARE"],
      [["verify"], "ACCESS EXCLUSIVE"],
    ] as const) {
      // What opens the mirror does not wait for the lock.
      await database.transaction(async (transaction) => {
        await transaction.query(`LOCK TABLE pageturn.models IN ${lock} MODE`);
        let waits: Promise<void> | undefined;
        const { code } = await mirror(args, {
          env: { ...env, NODE_OPTIONS },
          onOutput: (text, child) => {
            if (!text.includes("organization.users: ")) return;
            waits ??= (async () => {
              for (let found = 0; found === 0; )
                found = (await database.query("SELECT 1 FROM pg_locks WHERE NOT granted")).rows.length;
              child.kill("SIGTERM");
            })();
          },
        });
        await waits;
        expect(code).toBe(143);
      });
    }
    await database.close();
  });

  test("status has the clock of the database, whatever that of the machine is", async () => {
    await using database = await startPostgres();
    const env = { ...envOf(server), PAGETURN_DATABASE: await database.createDatabase() };
    expect(await mirror(["add", "models"], { env })).toMatchObject({ code: 0 });
    expect(await mirror(["run"], { env })).toMatchObject({ code: 0 });
    const ahead = `const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...values) { super(...(values.length === 0 ? [Date.now()] : values)); }
        static now() { return Real.now() + 864e6; }
      };`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(ahead)}`;
    const { stdout } = await mirror(["status", "--json"], { env: { ...env, NODE_OPTIONS } });
    const { now, lists } = JSON.parse(stdout);
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(3_600_000);
    expect(lists).toMatchObject([{ name: "models", state: "good" }]);
    expect(lists[0].lag).toBeLessThan(3600);
  });

  test("status --watch goes on after a failure of the database that passes, and ends by any other one", async () => {
    await using database = await startPostgres();
    const url = await database.createDatabase();
    const env = { ...envOf(server), PAGETURN_DATABASE: url };
    expect(await mirror(["add", "models"], { env })).toMatchObject({ code: 0 });
    let killed: Promise<void> | undefined;
    let restarted: Promise<void> | undefined;
    let dropped: Promise<void> | undefined;
    /** How many tables were printed so far, and until the database was back. */
    let tables = 0;
    let before = Number.POSITIVE_INFINITY;
    const drop = async () => {
      const opened = await openDatabase(url);
      await opened.query("DROP SCHEMA pageturn CASCADE");
      await opened.close();
    };
    const { code, stderr } = await mirror(["status", "--watch", "--json"], {
      env,
      onOutput: (text) => {
        tables = text.match(/^\{/gm)?.length ?? 0;
        if (tables > 0) killed ??= database.kill();
        if (text.includes("warning: "))
          restarted ??= database.restart().then(() => {
            before = tables;
          });
        if (tables > before) dropped ??= drop();
      },
    });
    await Promise.all([killed, restarted, dropped]);
    expect(tables).toBeGreaterThan(before);
    expect(stderr).toMatch(/^warning: The database has failed: .+\. It is asked again in 2 seconds$/m);
    expect(stderr).toMatch(/^error: The database has failed: .* does not exist$/m);
    expect(code).toBe(1);
  });

  test("a worker names why no address of the database answers", async () => {
    await using database = await startPostgres();
    const url = new URL(await database.createDatabase());
    url.hostname = "db.test";
    const lookup = `import dns from "node:dns";
      const addresses = [{ address: "127.0.0.2", family: 4 }, { address: "127.0.0.1", family: 4 }];
      dns.lookup = (host, options, callback) => callback(null, addresses);`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(lookup)}`;
    const env = { ...envOf(server), PAGETURN_DATABASE: url.href, NODE_OPTIONS };
    expect(await mirror(["init"], { env })).toMatchObject({ code: 0 });
    let killed: Promise<void> | undefined;
    const { stderr } = await mirror(["worker"], {
      env: { ...env, ANTHROPIC_BASE_URL: "http://127.0.0.1:1" },
      onOutput: (text, child) => {
        if (text.includes("The worker runs")) killed ??= database.kill();
        // Connections that were open fail first, in another way.
        if (text.includes("ECONNREFUSED")) child.kill("SIGKILL");
      },
    });
    await killed;
    expect(stderr).toContain("warning: connect ECONNREFUSED 127.0.0.2");
  });

  test("a worker serves a page, its data and metrics, until it is stopped", async () => {
    await makeEmptyFolder(folder);
    expect(await mirror(["add", "models"])).toMatchObject({ code: 0 });
    let answered: Promise<string[]> | undefined;
    const { code } = await mirror(["worker", "--ui", "0"], {
      onOutput: (text, child) => {
        const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(text) ?? [];
        if (url === undefined || answered !== undefined || !text.includes("models: complete")) return;
        const paths = ["", "status.json", "metrics"];
        // A target that is not a URL does not end the worker.
        answered = statusOfTarget(url, "//")
          .then((status) => expect(status).toBe(404))
          .then(() => Promise.all(paths.map(async (path) => (await fetch(url + path)).text())))
          .finally(() => child.kill("SIGINT"));
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
    [["add", "models", "--history=no"], "Cannot use --history with a value, because it takes none"],
    [["add", "files", "--limit", "5"], "Cannot use --limit because the mirror sets the size of the pages"],
    [
      ["add", "files", "--page", "p"],
      "Cannot use --page because the mirror requests every page: leave it out",
    ],
    [["add", "models", "--after-id=a"], "Cannot use --after-id because the mirror requests every page"],
    [["add", "files", "--pag", "p"], "because files has no such filter: allowed are --ids\n"],
    [["add", "models", "--mode", "table"], "it must be feed, buckets or snapshot"],
    [["add", "activities", "--created-at-gte", "2026-01-01"], "use --since"],
    [
      ["add", "activities", "--mode", "snapshot", "--created-at-gte", "-7d"],
      "because a snapshot is of the whole list, and cannot be restricted in time: leave it out",
    ],
    [["add", "beta.sessions", "--created-at-gte", "-7d"], "because a snapshot is of the whole list"],
    [["worker", "--ui", "web"], "it must be the number of a port"],
  ])("%s is refused with a reason", async (args, reason) => {
    const { code, stderr } = await mirror(args);
    expect(stderr).toContain(reason);
    expect(code).toBe(2);
    expect(stderr).not.toContain("bug");
    expect(existsSync(folder)).toBe(false);
  });

  test.each([
    ["mysql://u:SECRET@127.0.0.1/a", 1, "begins with mysql:/: use postgres://"],
    ["postgres:/u:SECRET@127.0.0.1/a", 1, "begins with postgres:/: use postgres://"],
    [
      " Postgres://u:SECRET@127.0.0.1:1/a",
      1,
      "Cannot open the database Postgres://u:…@127.0.0.1:1/a: connect ECONNREFUSED",
    ],
    [
      "postgres://u%3ASECRET@127.0.0.1:1/a",
      1,
      "Cannot open the database postgres://u:…@127.0.0.1:1/a: connect ECONNREFUSED",
    ],
    [
      '"postgres://u:SECRET@127.0.0.1:1/a"',
      1,
      "Cannot take what looks like an address for the path of a folder",
    ],
    ["host=127.0.0.1 password=SECRET", 1, "Cannot take what looks like an address for the path of a folder"],
    ["u:SECRET@127.0.0.1:1/a", 1, "use postgres://host/database without quotes, or begin the path with ./"],
    [" ", 2, "Cannot use --database without an address"],
  ])(
    "an address that is no database is refused, and its password is not shown: %j",
    async (address, code, said) => {
      mkdirSync(folder);
      for (const args of [["status"], ["add", "models"]]) {
        const ended = await runCLI(["mirror", ...args, "--database", address], {
          env: envOf(server),
          cwd: folder,
        });
        expect(ended).toMatchObject({ code, stderr: expect.stringContaining(said) });
        expect(ended.stderr).not.toContain("SECRET");
      }
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("what the mirror refuses has exit code 2, and what another process holds 1", async () => {
    await makeEmptyFolder(folder);
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
    // None of them changes it.
    emptyMirror ??= newEmptyMirror();
    folder = await emptyMirror;
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
      await makeEmptyFolder(folder);
      expect(await mirror(["init"])).toMatchObject({ code: 0 });
      const other = await mirror([...args, "--schema", "other"]);
      expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("with the schema other") });
    },
  );

  test.each([["add", "models"], ["init"], ["run"], ["worker"], ["status"]])(
    "%s refuses a schema that cannot be",
    async (...args) => {
      for (const schema of ["", "pg_mirror", "information_schema"]) {
        const { code, stderr } = await mirror([...args, "--schema", schema]);
        expect(stderr).toContain(`Cannot use the schema "${schema}" because `);
        expect(code).toBe(2);
        expect(existsSync(folder)).toBe(false);
      }
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
