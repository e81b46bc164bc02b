import { describe, expect, test } from "vitest";
import { readParams } from "../../src/catalog/filters.ts";
import { apiCatalog, findList } from "../../src/catalog/find-list.ts";
import { optionName, paramOf, splitArguments } from "../../src/catalog/list-arguments.ts";
import { UsageError } from "../../src/failure.ts";
import { createProgram } from "../../src/program.ts";

function read(name: string, ...rest: readonly string[]): Record<string, unknown> {
  const list = findList(name);
  const { pathArgs, flags } = splitArguments(list, rest);
  return readParams(list, pathArgs, flags);
}

test("an option is the name of a parameter in any spelling", () => {
  const expected = { "created_at[gte]": "2026-11-01T00:00:00Z" };
  for (const name of ["--created-at-gte", "--created-at.gte", "--created_at[gte]", "--created_at.gte"]) {
    expect(read("beta.agents", name, "2026-11-01")).toEqual(expected);
    expect(read("beta.agents", `${name}=2026-11-01`)).toEqual(expected);
  }
  expect(read("compliance.activities", "--created-at.gte", "2026-11-01")).toEqual({
    "created_at.gte": "2026-11-01T00:00:00Z",
  });
});

test("arrays are repeated or have commas, in any order with ids of the path", () => {
  const expected = { starting_at: "2026-11-01T00:00:00Z", group_by: ["model", "workspace_id"] };
  const start = ["--starting-at", "2026-11-01"];
  expect(read("organization.usage_report.messages", ...start, "--group-by", "model,workspace_id")).toEqual(
    expected,
  );
  expect(
    read("organization.usage_report.messages", "--group-by=model", ...start, "--group-by", "workspace_id"),
  ).toEqual(expected);
  expect(read("beta.agents.versions", "--page", "p2", "agent_1")).toEqual({ page: "p2" });
});

test("booleans need no value, and --no- switches them off", () => {
  expect(read("beta.agents", "--include-archived")).toEqual({ include_archived: true });
  expect(read("beta.agents", "--include-archived", "false")).toEqual({ include_archived: false });
  expect(read("beta.agents", "--no-include-archived")).toEqual({ include_archived: false });
  expect(read("beta.tunnels.certificates", "--include-archived", "tunnel_1")).toEqual({
    include_archived: true,
  });
});

test("every parameter of every list has an option of its own, which no option of the commands hides", () => {
  const { options, commands } = createProgram();
  // One that is not shown is refused: it says what to use instead.
  const shown = [...options, ...commands.flatMap((command) => command.options)].filter(
    ({ hidden }) => !hidden,
  );
  const taken = shown.map(({ long }) => long);
  for (const list of apiCatalog().endpoints) {
    for (const param of list.queryParams) {
      expect(paramOf(list, optionName(param))).toBe(param);
      expect(taken).not.toContain(optionName(param));
    }
  }
});

test("no list takes a cursor forward together with one backward", () => {
  const lists = apiCatalog().endpoints.filter((list) => paramOf(list, "--before-id") !== undefined);
  expect(lists.length).toBeGreaterThan(10);
  for (const { queryParams } of lists) {
    expect(queryParams.find(({ name }) => name === "before_id")?.excludes).toEqual(["after_id"]);
  }
});

describe("a wrong argument is refused before any request, with what is allowed", () => {
  for (const [args, message] of [
    [["models", "--limit", "5"], /--page-size .* --max-items .* Which of them do you mean\?/],
    [["models", "--after-id", "a", "--before-id", "b"], /^Cannot use --before-id together with --after-id$/],
    [["models", "--aftr-id", "x"], /--aftr-id because models has no such filter: did you mean --after-id\?/],
    [["models", "--after-id"], /--after-id without a value/],
    [["models", "extra"], /an argument after models, which takes no id in its path/],
    [["skills.versions"], /without skill_id.*as in skills\.versions SKILL_ID$/],
    [["skills.versions", " "], /skill_id is empty/],
    [["organization.usage_report.messages"], /without --starting-at: Start of the time range/],
    [
      ["beta.agents", "--created-at-gte", "soon"],
      /--created-at-gte with the value "soon": it must be a time: .*-7d/,
    ],
    [
      ["user_profiles", "--order", "asc", "--order", "desc"],
      /--order desc after --order asc: it takes one value/,
    ],
    [["beta.agents", "--include-archived=maybe"], /must be true or false/],
    [["user_profiles", "--order", "up"], /--order with the value "up": allowed are asc, desc/],
    [["user_profiles", "--enforcement-status", "pending,baned"], /"baned": did you mean banned\?/],
    [["beta.sessions", "--agent-version", "two"], /must be a whole number/],
    [["compliance.apps.chats", "--project-ids", "p"], /--project-ids without --user-ids/],
    [["compliance.apps.chats", "-x", "p"], /-x because compliance\.apps\.chats has no such filter/],
  ] as const) {
    test(args.join(" "), () => {
      const [name, ...rest] = args;
      expect(() => read(name, ...rest)).toThrow(UsageError);
      expect(() => read(name, ...rest)).toThrow(message);
    });
  }
});

describe("the name of a list may be short, and a wrong one is answered with similar ones", () => {
  test("short names", () => {
    expect(findList("usageReport.messages").id).toBe("organization.usage_report.messages");
    expect(findList("models").id).toBe("models");
  });
  test("wrong names", () => {
    expect(() => findList("modells")).toThrow(/did you mean .*models/);
    expect(() => findList("activites")).toThrow(/did you mean compliance\.activities/);
    expect(() => findList("zzzzzz")).toThrow(/see all names with: pageturn lists/);
  });
});

test("values in a comma list may have blanks around them, and ids may begin with a dash behind --", () => {
  const name = "organization.usage_report.messages";
  expect(read(name, "--starting-at", "2026-11-01", "--group-by", "model, workspace_id")).toMatchObject({
    group_by: ["model", "workspace_id"],
  });
  const list = findList("skills.versions");
  // The parser of the command line removes the --.
  const typed = ["list", "skills.versions", "--page", "2", "--", "-x"];
  expect(splitArguments(list, ["--page", "2", "-x"], typed)).toEqual({
    pathArgs: ["-x"],
    flags: [{ typed: "--page", value: "2" }],
  });
});

test("a range that ends before it starts is refused, of a field and of a report", () => {
  for (const [name, from, to] of [
    ["beta.agents", "--created-at-gte", "--created-at-lte"],
    ["organization.usage_report.messages", "--starting-at", "--ending-at"],
  ] as const) {
    expect(() => read(name, from, "2026-11-02", to, "2026-11-01")).toThrow(/the range ends before it starts/);
    expect(Object.values(read(name, from, "2026-11-01", to, "2026-11-02"))).toEqual([
      "2026-11-01T00:00:00Z",
      "2026-11-02T00:00:00Z",
    ]);
  }
});

test("a range without any time is refused, and one with a single instant is not", () => {
  const day = "2026-11-01";
  for (const [name, from, to] of [
    ["beta.sessions", "--created-at-gte", "--created-at-lt"],
    ["beta.sessions", "--created-at-gt", "--created-at-lte"],
    ["beta.dreams", "--created-at-gt", "--created-at-lt"],
    ["organization.usage_report.messages", "--starting-at", "--ending-at"],
    ["organization.analytics.users", "--starting-date", "--ending-date"],
  ] as const) {
    expect(() => read(name, from, day, to, day)).toThrow(/the range is empty, because its times are /);
  }
  expect(() => read("beta.sessions", "--created-at-gte", day, "--created-at-lte", day)).not.toThrow();
  const [early, late] = ["2026-11-01T00:00:00.0001Z", "2026-11-01T00:00:00.0002Z"];
  expect(() => read("beta.sessions", "--created-at-gte", early, "--created-at-lt", late)).not.toThrow();
  expect(() => read("beta.sessions", "--created-at-gte", late, "--created-at-lt", early)).toThrow(
    /ends before/,
  );
});

test("times of two fields are two ranges, also where the server compares both with one field", () => {
  for (const name of ["compliance.apps.chats", "compliance.apps.chats.messages"]) {
    const ids = findList(name).pathParams.map(() => "chat_1");
    const args = ["--updated-at-gte", "2026-11-02", "--created-at-lte", "2026-11-01"];
    const users = paramOf(findList(name), "--user-ids") === undefined ? [] : ["--user-ids", "u"];
    expect(() => read(name, ...ids, ...args, ...users)).not.toThrow();
  }
});
