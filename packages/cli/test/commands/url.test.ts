import * as strategies from "pageturn/strategies";
import { beforeAll, describe, expect, test } from "vitest";
import { STRATEGIES } from "../../src/commands/url.ts";
import { namedStrategy } from "../../src/url/strategy-options.ts";
import { build, runCLI, runInTerminal } from "../run-cli.ts";
import { startAPI } from "./other-api.ts";

beforeAll(build);

const rows = Array.from({ length: 57 }, (_, id) => ({ id }));
const numberOf = (url: URL, name: string, first: number) => Number(url.searchParams.get(name) ?? first);
const lines = (text: string) => text.trimEnd().split("\n");

describe("a URL that begins behind the start of its list", () => {
  test("prints all from there, by page and by offset", async () => {
    await using api = await startAPI((url) => {
      if (url.pathname === "/offset") {
        const offset = numberOf(url, "offset", 0);
        return { body: { data: rows.slice(offset, offset + 10), offset, total: rows.length } };
      }
      const page = numberOf(url, "page", 1);
      return { body: { data: rows.slice((page - 1) * 10, page * 10), page, total_pages: 6 } };
    });
    for (const [path, count] of [
      ["/page?page=2", 47],
      ["/page?page=1", 57],
      ["/offset?offset=20", 37],
    ] as const) {
      const { code, stdout, stderr } = await runCLI(["url", api.url + path, "--quiet"]);
      expect({ path, code, stderr, rows: lines(stdout).length }).toEqual({
        path,
        code: 0,
        stderr: "",
        rows: count,
      });
    }
  });

  test("without a number, the first page of pageNumber is page 1, with a warning unless --param first names it", async () => {
    await using api = await startAPI((url) => {
      const page = numberOf(url, "page", 0);
      return { body: { data: rows.slice(page * 10, page * 10 + 10) } };
    });
    const args = ["url", `${api.url}/zero`, "--strategy", "pageNumber"];
    const guessed = await runCLI(args);
    expect(guessed.stderr).toMatch(/^warning: The URL has no page: .* use --param first=0\. /);
    const named = await runCLI([...args, "--param", "first=0"]);
    expect(named).toMatchObject({ code: 0, stderr: "" });
    expect(lines(named.stdout)).toHaveLength(57);
    expect(api.requests).toContain("/zero?page=1");
    const inURL = await runCLI(["url", `${api.url}/zero?page=0`, "--strategy", "pageNumber"]);
    expect(inURL).toEqual(named);
    const other = await runCLI([...args, "--param", "to=p"]);
    expect(other.stderr).toContain("warning: The URL has no p: ");
  });
});

describe("items of any API", () => {
  const items = (data: readonly unknown[]) => () => ({ body: { data, next_page_token: null } });
  const args = ["--strategy", "pageToken"];

  test("one that is no object has the column value", async () => {
    await using api = await startAPI(items(["a", 2, null, { id: 3 }]));
    const table = await runCLI(["url", api.url, ...args, "--format", "table"]);
    const cells = lines(table.stdout).map((line) => line.trim().split(/\s+/));
    expect(cells).toEqual([["id", "value"], ["a"], ["2"], [""], ["3"]]);
    const csv = await runCLI(["url", api.url, ...args, "--format", "csv"]);
    expect(lines(csv.stdout)).toEqual(["value,id,_others", "a,,", ',,"{""value"":2}"', ",,", ",3,"]);
    const picked = await runCLI(["url", api.url, ...args, "--fields", "value"]);
    expect(lines(picked.stdout)).toEqual(['{"value":"a"}', '{"value":2}', '{"value":null}', "{}"]);
    const whole = await runCLI(["url", api.url, ...args]);
    expect(lines(whole.stdout)).toEqual(['"a"', "2", "null", '{"id":3}']);
  });

  test("a field is the key with that name if the item has it, else the path", async () => {
    const data = [{ "a.b": 1, c: 2 }, { a: { b: 3 } }, { "a.b": 1, a: { b: 4 } }, { a: { b: 3 } }];
    await using api = await startAPI(items(data));
    const named = [...args, "--fields", "a.b", "--distinct-by", "a.b"];
    const found = { code: 0, stderr: "2 repeats were left out\n" };
    for (const [format, stdout] of [
      ["jsonl", '{"a.b":1}\n{"a":{"b":3}}\n'],
      ["csv", "a.b\n1\n3\n"],
      ["table", "a.b\n1\n3\n"],
    ] as const)
      expect(await runCLI(["url", api.url, ...named, "--format", format])).toEqual({ ...found, stdout });
    const inherited = await runCLI(["url", api.url, ...args, "--fields", "toString"]);
    expect(inherited.stdout).toBe("{}\n".repeat(4));
    expect(inherited.stderr).toContain("No item of the first page has the field toString of --fields");
  });

  test("a field that no item of the first page has is a warning", async () => {
    await using api = await startAPI(items([{ id: 1, name: { first: "a" } }]));
    const wrong = await runCLI(["url", api.url, ...args, "--fields", "id,nam,name.first"]);
    expect(wrong).toMatchObject({ code: 0, stdout: '{"id":1,"name":{"first":"a"}}\n' });
    expect(wrong.stderr).toBe(
      "warning: No item of the first page has the field nam of --fields: did you mean name? Allowed are id, name\n",
    );
  });
});

describe("the place that leads to the next page", () => {
  /** 57 items with a cursor, in a body that `shape` makes of the items of a page and the next cursor. */
  const cursorAPI = (shape: (data: readonly unknown[], next: number | null) => unknown) =>
    startAPI((url) => {
      const from = numberOf(url, "cursor", 0);
      const next = from + 10 < rows.length ? from + 10 : null;
      return {
        body: shape(rows.slice(from, from + 10), next),
        headers: next === null ? {} : { "x-next": String(next) },
      };
    });
  const meta = () => cursorAPI((notes, next_cursor) => ({ result: { notes }, meta: { next_cursor } }));

  test("is a path with dots, as --items is; with JSON, a key may have a dot", async () => {
    await using nested = await meta();
    await using dotted = await cursorAPI((data, next) => ({ data, "a.b": next, "@odata.next": next }));
    await using links = await cursorAPI((results, next) => ({
      results,
      links: { next: next && `?cursor=${next}` },
    }));
    const token = ["--strategy", "pageToken", "--param", "to=cursor"];
    for (const [api, args] of [
      [nested, [...token, "--items", "result.notes", "--param", "from.body=meta.next_cursor"]],
      [nested, [...token, "--param", "items=result.notes", "--param", 'from.body=["meta","next_cursor"]']],
      [dotted, [...token, "--param", 'from.body=["a.b"]']],
      [dotted, [...token, "--param", "from.body=@odata.next"]],
      [links, ["--strategy", "nextURL", "--param", "next=links.next"]],
    ] as const) {
      const { code, stdout, stderr } = await runCLI(["url", `${api.url}/notes`, ...args]);
      expect({ args, code, stderr, rows: lines(stdout).length }).toEqual({
        args,
        code: 0,
        stderr: "",
        rows: 57,
      });
    }
  });

  test("is a path in every option that is a place, and other options are as they are typed", async () => {
    const params = [
      "total.body=a.b",
      "total.counts=items",
      "hasMore=a.c",
      "pageSize.in.json=a.d",
      "to=page.number",
    ];
    const { strategy } = await namedStrategy("offsetLimit", { params, items: "a.@e.f" });
    expect(strategy).toMatchObject({
      items: ["a", "@e.f"],
      total: { body: ["a", "b"], counts: "items" },
      hasMore: ["a", "c"],
      pageSize: { in: { json: ["a", "d"] } },
      cursors: ["page.number"],
    });
  });

  test("is named in a warning if no response has it", async () => {
    await using api = await cursorAPI((data, next_cursor) => ({ data, next_cursor }));
    const fields = "the last body has the fields data, next_cursor";
    const items = "an item has the fields id";
    for (const [args, place, found] of [
      [
        ["pageToken", "--param", "from.body=meta.next"],
        "response has the field meta.next of --param from.body",
        fields,
      ],
      [
        ["pageCursor", "--param", "from.header=x-nxt"],
        "response has the header x-nxt of --param from.header",
        fields,
      ],
      [
        ["headerCursor", "--param", "header=x-nxt"],
        "response has the header x-nxt of --param header",
        fields,
      ],
      [["headerCursor"], "response has the header x-next-cursor of --param header", fields],
      [["nextURL", "--items", "data"], "response has the field next of --param next", fields],
      [["azure", "--items", "data"], "response has the field nextLink of --param next", fields],
      [["googleAip158", "--items", "data"], "response has the field nextPageToken of --param names", fields],
      [["linkHeader", "--items", "data"], "response has the header link of --strategy linkHeader", fields],
      [
        ["idCursor", "--param", "last.lastItem=_id"],
        "item has the field _id of --param last.lastItem",
        items,
      ],
    ] as const) {
      const { code, stdout, stderr } = await runCLI(["url", `${api.url}/notes`, "--strategy", ...args]);
      expect({ args, code, stderr, rows: lines(stdout).length }).toEqual({
        args,
        code: 0,
        stderr:
          `warning: No ${place}, so the list ends after its first page. If it has more pages, correct the option: ` +
          `${found}\n`,
        rows: 10,
      });
    }
    const token = ["url", `${api.url}/notes`, "--strategy", "pageToken", "--max-items"];
    expect(await runCLI([...token, "10"])).toMatchObject({ code: 0, stderr: "" });
    expect((await runCLI([...token, "11"])).stderr).toContain("No response has the field next_page_token");
  });

  test("is not missed where the server says that there is no more, and is named where it says that there is", async () => {
    await using api = await startAPI((url) => ({
      body: { data: [{ id: 1 }], more: url.pathname === "/more" },
    }));
    const args = ["--strategy", "pageToken", "--param", "hasMore=more"];
    expect(await runCLI(["url", `${api.url}/end`, ...args])).toMatchObject({ code: 0, stderr: "" });
    const { code, stderr } = await runCLI(["url", `${api.url}/more`, ...args]);
    expect({ code, lines: lines(stderr) }).toEqual({
      code: 3,
      lines: [
        expect.stringMatching(/^warning: No response has the field next_page_token of --param from\.body, /),
        expect.stringMatching(/^error: The list of \/more is incomplete: /),
      ],
    });
  });

  test("is there if it is null", async () => {
    await using api = await startAPI(() => ({ body: { data: [{ id: 1 }], next_page_token: null } }));
    expect(await runCLI(["url", api.url, "--strategy", "pageToken"])).toMatchObject({ code: 0, stderr: "" });
  });

  test("of a body with long names and many fields is a warning on a line", async () => {
    const names = Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`${at}`.padEnd(200, "x"), at]));
    await using api = await startAPI(() => ({ body: { data: [], ...names } }));
    const { stderr } = await runCLI(["url", api.url, "--strategy", "pageToken"]);
    expect(stderr).toMatch(/: the last body has the fields .*x…, …\n$/);
    expect(stderr.length).toBeLessThan(1000);
  });

  test("in a GraphQL connection is below --param connection", async () => {
    await using api = await startAPI(() => ({
      body: { data: { notes: { nodes: rows, pageInfo: { hasNextPage: false, endCursor: null } } } },
    }));
    const args = [
      "url",
      api.url,
      "--json",
      '{"query":"{ notes }"}',
      "--strategy",
      "relayConnection",
      "--param",
    ];
    const found = await runCLI([...args, "connection=data.notes"]);
    expect(found).toMatchObject({ code: 0, stderr: "" });
    expect(lines(found.stdout)).toHaveLength(57);
    const { code, stderr } = await runCLI([...args, "connection=data.nodes"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/ State where the connection is with --param connection: data\.notes\n$/),
    });
  });
});

describe("arguments and errors", () => {
  test("--limit could mean two things", async () => {
    const { code, stderr } = await runCLI(["url", "http://127.0.0.1:9/x", "--limit", "3"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: Cannot use --limit: .*--max-items is .* Which of them do you mean\?\n$/);
    const { stdout } = await runCLI(["url", "--help"]);
    expect(stdout).not.toContain("--limit");
  });

  test("a message of the server is one line", async () => {
    await using api = await startAPI(() => ({
      status: 400,
      body: { error: { type: "bad", message: "one\r\ntwo\nerror: three" } },
    }));
    for (const run of [runCLI, runInTerminal]) {
      const { code, stdout, stderr } = await run(["url", api.url, "--strategy", "pageToken"], {
        env: { NO_COLOR: "1" },
      });
      expect(code).toBe(1);
      expect((stdout + stderr).trimEnd()).toMatch(/^error: .* answered 400: one⏎two⏎error: three \(bad\)$/);
    }
  });

  test("a wait of an hour is named, and more retries are not advised", async () => {
    await using api = await startAPI(() => ({
      status: 429,
      headers: { "retry-after": "3600" },
      body: { type: "error", error: { type: "rate_limit_error", message: "slow" } },
    }));
    const env = { ANTHROPIC_API_KEY: "sk-ant-api03-x" };
    for (const args of [
      ["url", api.url, "--strategy", "pageToken"],
      ["list", "models", "--base-url", api.url],
    ]) {
      const { code, stderr } = await runCLI([...args, "--max-retries", "9"], { env });
      expect(code).toBe(5);
      expect(stderr).toMatch(
        /: slow \(rate_limit_error\)\. The server asks for a wait of 3600 seconds, .*: try again after the wait\n$/,
      );
    }
    expect(api.requests).toHaveLength(2);
  });
});

describe("an API that repeats its first page", () => {
  test("is not asked for it a thousand times", async () => {
    await using api = await startAPI(() => ({ body: { data: [{ id: 1 }, { id: 2 }] } }));
    for (const strategy of ["pageNumber", "offsetLimit"]) {
      const args = ["url", `${api.url}/ignores`, "--strategy", strategy, "--quiet"];
      const { code, stdout, stderr } = await runCLI(args);
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr:
          "error: Cannot continue the list of /ignores: the server sent 5 pages in a row without new items. If the API ignores " +
          "the parameter of the page, name the one that it reads: --param to=NAME\n",
      });
      expect(lines(stdout)).toHaveLength(12);
    }
  });

  test("with a JSON body, the error says how the cursor gets into the body", async () => {
    await using api = await startAPI(() => ({ body: { data: [{ id: 1 }], next_cursor: "a" } }));
    const args = ["url", `${api.url}/search`, "--json", "{}", "--strategy", "pageToken"];
    const from = ["--param", "from.body=next_cursor", "--param", "to=cursor"];
    const { code, stderr } = await runCLI([...args, ...from]);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr:
        "error: Cannot continue the list of /search: the server led back to a page that was already requested. If the API reads " +
        "the cursor from the JSON body, name its key: --param to.json=NAME\n",
    });
    expect((await runCLI(["url", "--help"])).stdout).toContain("--param to.json=cursor");
  });
});

describe("the options of url", () => {
  test("--distinct-by leaves out repeats", async () => {
    await using api = await startAPI((url) => {
      const page = numberOf(url, "page", 1);
      return { body: { data: rows.slice((page - 1) * 9, page * 9 + 1) } };
    });
    const args = ["url", `${api.url}/?page=1`, "--strategy", "pageNumber", "--distinct-by"];
    const { code, stdout, stderr } = await runCLI([...args, "id"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "6 repeats were left out\n" });
    expect(lines(stdout)).toHaveLength(57);
    const other = await runCLI([...args, "nam"]);
    expect(other.stderr).toBe(
      "warning: No item of the first page has the field nam of --distinct-by: allowed are id\n",
    );
    expect(await runCLI([...args, "id", "--detect"])).toMatchObject({ code: 2 });
  });

  test("the help has the names of all strategies", async () => {
    const names = Object.keys(strategies).filter((name) => name !== "detectStrategy");
    expect(STRATEGIES.toSorted()).toEqual(names.toSorted());
    const { stdout } = await runCLI(["url", "--help"]);
    for (const name of STRATEGIES) expect(stdout).toContain(name);
  });

  test("status 404 has advice", async () => {
    await using api = await startAPI(() => ({ status: 404, body: { message: "no" } }));
    const { code, stderr } = await runCLI(["url", `${api.url}/x`, "--strategy", "pageToken"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /answered 404: no\. Check the URL\. Some APIs answer so without a credential, too: see --header-env\n$/,
      ),
    });
  });

  test("an option of a strategy is named with its path", async () => {
    const args = ["url", "http://127.0.0.1:9/", "--strategy"];
    for (const [name, param, message] of [
      ["idCursor", 'next={"param":"after"}', "--param next.param as it does not exist: known are from, to"],
      ["pageToken", "from.bod=x", "--param from.bod as it does not exist: did you mean body?"],
      ["pageToken", "foo=x", "--param foo as it does not exist: known are "],
      ["stripe", "foo=x", "--param foo as it does not exist: known are "],
    ] as const) {
      const { code, stderr } = await runCLI([...args, name, "--param", param]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`Cannot use ${message}`) });
    }
  });
});
