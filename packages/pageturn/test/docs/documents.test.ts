import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { documents, root } from "./all-snippets.ts";
import { packageReadme } from "./package-readme.ts";

/** Where a file that a document names in backticks may stand. */
const homes = ["", "packages/pageturn/", "packages/pageturn/src/"];

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The places of a file that a link can name: the headings of a document, the lines of a source where a test begins. */
function anchors(file: string): string[] {
  const text = read(file);
  if (!file.endsWith(".md")) return testLines(text);
  return Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

function testLines(text: string): string[] {
  return text.split("\n").flatMap((line, index) => (line.startsWith("test(") ? `L${index + 1}` : []));
}

test("the documents of the package link to nothing that is not in it", () => {
  const home = join(root, "packages/pageturn");
  const packed = ["README.md", ...globSync("docs/**/*.{md,svg}", { cwd: home })];
  expect(packed.length).toBeGreaterThan(8);
  const broken = packed
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => {
      const text = readFileSync(join(home, file), "utf8");
      const links = Array.from(text.matchAll(/\]\((?!https?:|#)([^)\s#]+)/g), ([, link = ""]) => link);
      return links.filter((link) => !packed.includes(join(dirname(file), link)));
    });
  expect(broken).toEqual([]);
});

for (const file of documents) {
  const text = read(file);

  test(`every link of ${file} leads somewhere`, () => {
    const links = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, link = ""]) => link);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : join(dirname(file), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchors(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test(`every source file that ${file} names is there`, () => {
    const names = Array.from(text.matchAll(/`([\w./-]+\.(?:ts|mjs))`/g), ([, name = ""]) => name);
    const bases = [...homes, `${dirname(file)}/`];
    const missing = names.filter((name) => !bases.some((home) => existsSync(join(root, home, name))));
    expect(missing).toEqual([]);
  });
}

test("the table of the README links to every test of promises and of peers, in their order", () => {
  for (const file of [
    "packages/conformance/test/peers/loops.test.ts",
    "packages/pageturn/test/docs/promises.test.ts",
  ]) {
    const linked = Array.from(read("README.md").matchAll(/\(([^)#]+)#(L\d+)\)/g)).filter(
      ([, path]) => path === file,
    );
    expect(
      linked.map(([, , line]) => line),
      file,
    ).toEqual(testLines(read(file)));
  }
});

test("the table of the README names the version of the official SDK that its tests run", () => {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    read("packages/conformance/package.json"),
  );
  expect(read("README.md")).toContain(
    `version ${devDependencies["@anthropic-ai/sdk"]} of the official TypeScript SDK`,
  );
});

test("CONTRIBUTING.md names the steps of the gate, in their order", () => {
  const { scripts }: { scripts: { check: string } } = JSON.parse(read("package.json"));
  const steps = Array.from(scripts.check.matchAll(/npm run ([\w:]+)/g), ([, step]) => step);
  const [, gate = ""] = read("CONTRIBUTING.md").split("## The gate");
  const named = Array.from(
    (gate.split("\n## ")[0] ?? "").matchAll(/^\| `([\w:]+)` \|/gm),
    ([, step]) => step,
  );
  expect(named).toEqual(steps);
});

test("the README of the package is made from the README of the repository (update it with: vitest -u)", async () => {
  await expect(packageReadme(read("README.md"))).toMatchFileSnapshot(
    join(root, "packages/pageturn/README.md"),
  );
});

test("the README of the package leaves out what holds until it is published", () => {
  const readme = "Install it.\n\n<!-- until published -->\nIt is not on npm yet.\n<!-- end -->\n\nUse it.\n";
  expect(packageReadme(readme)).toBe("Install it.\n\nUse it.\n");
});

test("docs/testing.md names every fault of the mock server with its members", () => {
  const source = read("packages/pageturn/src/testing/faults/fault.ts");
  const found = Array.from(
    source.matchAll(/^ {2}readonly (\w+): (?:NoMembers|\{(.*?)\});$/gms),
    ([, name = "", members = ""]) => {
      const names = Array.from(members.matchAll(/readonly (\w+\??):/g), ([, member]) => `\`${member}\``);
      return names.length === 0 ? `\`${name}\`` : `\`${name}\`: ${names.join(", ")}`;
    },
  );
  expect(found.length).toBeGreaterThan(20);
  // Without the values of some members, which stand in parentheses.
  const table = read("docs/testing.md").replaceAll(/ \([^)|]*\)/g, "");
  const named = table.split(/ \| | · | \|\n/).map((cell) => cell.replace(" lets a request pass", ""));
  expect(found.filter((fault) => !named.includes(fault))).toEqual([]);
});

test("docs/runtimes.md names the versions that npm run runtimes runs", () => {
  const versionOf = (folder: string, name: string): string =>
    JSON.parse(read(`${folder}package.json`)).devDependencies[name];
  const majorMinor = (version: string) => version.split(".", 2).join(".");
  const [oldest, ...others] = ["runtimes/node-20/", "runtimes/node-22/", "", "runtimes/node-26/"].map(
    (folder) => versionOf(folder, "node"),
  );
  const nodes = [majorMinor(oldest ?? ""), ...others.map((version) => version.split(".", 1).join())];
  const tested = [
    nodes.join(", "),
    majorMinor(versionOf("runtimes/bun/", "bun")),
    majorMinor(versionOf("runtimes/deno/", "deno")),
    `workerd ${majorMinor(versionOf("", "workerd"))}`,
    ...["worker", "page"].map(
      () => `Chromium ${versionOf("", "@sparticuz/chromium").split(".", 1)}, Firefox ESR`,
    ),
  ];
  const rows = read("docs/runtimes.md").matchAll(/^\| [^|]+ \| ([^|]*\d[^|]*) \|/gm);
  expect(Array.from(rows, ([, cell]) => cell)).toEqual(tested);
});
