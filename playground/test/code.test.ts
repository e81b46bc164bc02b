// The programs that the page shows: they compile, and do what the page does.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readCatalog } from "pageturn/catalog";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilerOptions } from "../../packages/pageturn/test/docs/compiler-options.ts";
import { faultNames } from "../src/setup/faults.ts";
import { listChoice } from "../src/setup/list-choice.ts";
import { defaults, type Setup } from "../src/setup/setup.ts";
import { loopCode, queryCode, walkCode } from "../src/walk/code.ts";
import type { Chosen } from "../src/walk/open-list.ts";
import { buildPage } from "./open-page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const lists = readCatalog().endpoints.map(listChoice);
// Below the workspace, so that programs find its packages.
mkdirSync(`${root}playground/build`, { recursive: true });
const home = mkdtempSync(`${root}playground/build/code-`);

beforeAll(buildPage);
afterAll(() => rmSync(home, { recursive: true }));

function choose(changes: Partial<Setup>): Chosen {
  const setup = { ...defaults, latencyMs: 0, faults: [], ...changes };
  const list = lists.find(({ id }) => id === setup.list);
  if (list === undefined) throw new Error(`There is no list ${setup.list}`);
  return { setup, list };
}

const chosen: Readonly<Record<string, Chosen>> = {
  walk: choose({}),
  faults: choose({ faults: faultNames }),
  report: choose({ list: "organization.usage_report.messages", pageSize: 7 }),
  path: choose({ list: "skills.versions", values: { skill_id: "skill_a" } }),
  slices: choose({
    list: "beta.sessions",
    slices: 4,
    values: { statuses: "idle,running", include_archived: "true" },
  }),
  union: choose({ list: "beta.sessions.events", prefetch: 0 }),
  api: choose({ source: "api", list: "beta.files" }),
};

describe("the code", () => {
  it("compiles, with the options of careful projects", () => {
    const programs = Object.entries(chosen).flatMap(([name, each]) => [
      [`${name}-walk`, walkCode(each)],
      [`${name}-resumed`, walkCode(each, { resumes: true })],
      [`${name}-loop`, loopCode(each)],
      [`${name}-query`, queryCode(each, { maxPages: 4 })],
    ]);
    for (const [name, code] of programs) writeFileSync(`${home}/${name}.ts`, code ?? "");
    writeFileSync(`${home}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const { stdout } = spawnSync(process.execPath, [
      `${root}node_modules/@typescript/native/bin/tsc`,
      "-p",
      home,
    ]);
    expect(String(stdout)).toBe("");
  });

  it.each([
    [walkCode(choose({ faults: ["emptyPage", "duplicateItems"] })), 50],
    [loopCode(choose({ faults: ["emptyPage"] })), 10],
    [loopCode(choose({ faults: ["duplicateItems"] })), 53],
    [loopCode(choose({ list: "files", faults: ["status"] })), 50],
    [walkCode(choose({ list: "beta.sessions", slices: 4, items: 80 })), 80],
    [queryCode(choose({}), { maxPages: null }), 0],
  ])("does what the page does", async (code, items) => {
    const { lines, status, error } = await run(code);
    expect(error).toBe("");
    expect(status).toBe(0);
    expect(lines.filter((line) => /^\w+_\w+$/.test(line))).toHaveLength(items);
  });

  it("goes on from its checkpoint file", async () => {
    const stopped = await run(walkCode(choose({ faults: ["setFields"] })));
    expect(stopped.status).toBe(1);
    expect(JSON.parse(readFileSync(`${home}/checkpoint.json`, "utf8"))).toMatchObject({ v: 2 });
    const rest = await run(walkCode(choose({}), { resumes: true }));
    expect(rest.lines.filter((line) => line.startsWith("msgbatch_"))).toHaveLength(30);
  });
});

async function run(code: string) {
  const file = `${home}/program.ts`;
  writeFileSync(file, code);
  const program = spawn(process.execPath, [file], { cwd: home, env: { NO_PROXY: "127.0.0.1" } });
  let output = "";
  let error = "";
  program.stdout.on("data", (text) => {
    output += text;
  });
  program.stderr.on("data", (text) => {
    error += text;
  });
  const status = await new Promise((resolve) => program.on("close", resolve));
  return { lines: output.split("\n"), error, status };
}
