import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** The root of the repository. */
export const root = join(import.meta.dirname, "../..");

/** A page of the site, and the Markdown file of the repository that it is made from. */
export interface Page {
  /** From the root of the repository. */
  readonly source: string;
  /** From the root of the site, with the ending `.md`: also the path of the Markdown twin. */
  readonly path: string;
  /** The name in the navigation. */
  readonly name: string;
  /** One sentence about the contents, without Markdown: for search engines, and for the readers of `llms.txt`. */
  readonly description: string;
}

/** Pages that belong together in the navigation. */
export interface PageGroup {
  readonly name: string;
  readonly pages: readonly Page[];
}

/** The name of a page in the navigation, and its description. */
type About = readonly [name: string, description: string];

function group(name: string, folder: string, abouts: Readonly<Record<string, About>>): PageGroup {
  const pages = Object.entries(abouts).map(([source, [name, description]]) => {
    const file = basename(source, ".md");
    // The README of a package is named after its folder.
    const title = file === "README" ? basename(join(source, "..")) : file;
    return { source, path: `${folder}/${title.toLowerCase()}.md`, name, description };
  });
  return { name, pages };
}

/** The files of a folder of the repository, each with what its title says about it. */
function titled(pattern: string, about: (title: string) => About): Record<string, About> {
  const files = globSync(pattern, { cwd: root }).map((file) => file.replaceAll("\\", "/"));
  return Object.fromEntries(
    files.sort().map((file) => {
      const [, title = ""] = /^# (.+)$/m.exec(readFileSync(join(root, file), "utf8")) ?? [];
      return [file, about(title.replaceAll("`", ""))];
    }),
  );
}

function aboutLists(title: string): About {
  const [, group] = /^Types inside of items: (.+)$/.exec(title) ?? [];
  return group === undefined
    ? [
        title,
        `Lists of the API, "${title}": the parameters, the fields of the items and an example of each list.`,
      ]
    : [title, `The nested types of the items in "${group}", which pageturn/named-types exports.`];
}

function aboutDecision(title: string): About {
  const [, number = "", statement = ""] = /^(\d+)\. (.+)$/.exec(title) ?? [];
  return [`Decision ${number}`, `${statement}.`];
}

export const home: Page = {
  source: "README.md",
  path: "index.md",
  name: "pageturn",
  description:
    "A TypeScript library for paginated lists: every item that the server sends, in order, an error if a list ends too early, and checkpoints to resume from.",
};

/** The first page of the API reference, which has no source in Markdown. */
export const apiReference: Omit<Page, "source"> = {
  path: "api/index.md",
  name: "API reference",
  description: "Every export of pageturn and of its entry points, from the doc comments.",
};

/** The pages in reading order. A new guide gets a line here. */
export const groups: readonly PageGroup[] = [
  group("Guide", "guide", {
    "docs/start.md": [
      "Start in one minute",
      "Install pageturn and list the models of the Anthropic API, with or without a key, with the asynchronous or the synchronous client.",
    ],
    "docs/pages.md": [
      "Pages",
      "What a page of a list has, and how to request the next and the previous page by hand.",
    ],
    "docs/walks.md": [
      "Walks",
      "Walk a list item by item or page by page: bounds, fetching ahead, repeats, incomplete lists, lists of lists and streams.",
    ],
    "docs/checkpoints.md": [
      "Checkpoints",
      "Save the position of a walk as plain JSON, and continue the list after its last item, for example after a crash.",
    ],
    "docs/errors.md": [
      "Errors",
      "The error classes and what each of them has, which requests are retried, and how long the client waits.",
    ],
    "docs/sync-and-async.md": [
      "Sync and async",
      "What the synchronous client blocks, and which of the two clients fits a program.",
    ],
    "docs/slices.md": [
      "Time slices",
      "Request one long list in parallel: sliceByTime divides a range of time and keeps the order of the items.",
    ],
    "docs/options.md": [
      "Options",
      "The options of clients and lists, compared with those of the official SDKs for Python and TypeScript.",
    ],
    "docs/testing.md": [
      "Testing with the mock server",
      "A mock server that serves the lists of the API over real HTTP, logs the requests and plays faults.",
    ],
    "docs/runtimes.md": [
      "Runtimes",
      "What runs in Node.js, Bun, Deno, Cloudflare Workers and browsers, with a program for each.",
    ],
    "docs/tracing.md": [
      "Tracing",
      "The diagnostics channels of walks, pages, requests and retries in Node.js, with an OpenTelemetry example.",
    ],
    "docs/how-it-works.md": [
      "How it works",
      "One walk in a picture: how the loop, the walk, the strategy and the client return the next item.",
    ],
    "docs/limits.md": [
      "Limits",
      "What pageturn does not do, and which faults of a server no client can notice.",
    ],
  }),
  group("Other APIs", "guide", {
    "docs/other-apis.md": [
      "Any API",
      "Page through GitHub, Stripe, OpenAI, Slack, Notion, GraphQL, MCP or any other API, with createClient and a strategy.",
    ],
    "docs/own-sdk.md": [
      "Your own SDK",
      "Walk the lists of the Anthropic, OpenAI, Stripe, Octokit, Azure, AWS and MCP clients with paginate().",
    ],
    "docs/own-strategy.md": [
      "Your own strategy",
      "Describe how an API pages as data: where its items and its cursor are, and when a list ends.",
    ],
    "docs/detect.md": [
      "Detect a strategy",
      "Let detectStrategy look at one response of a list and propose strategies for it, with the code to paste.",
    ],
    "docs/tanstack-query.md": [
      "TanStack Query",
      "Make an infinite query of a list for TanStack Query, in any framework, with infiniteQueryOptions.",
    ],
    "docs/peers.md": [
      "Names in other tools",
      "The options for pagination of Airbyte, dlt, Speakeasy, Fern and Stainless, next to those of pageturn.",
    ],
  }),
  group("Migrate", "guide", {
    "docs/migrating.md": [
      "From SDKs and loops",
      "Steps to pageturn from the Anthropic SDKs for TypeScript and Python, and from loops over other SDKs.",
    ],
  }),
  group("Tools", "guide", {
    "packages/cli/README.md": [
      "The command pageturn",
      "A command that lists, exports and verifies the lists of the Anthropic API, and pages through any other API.",
    ],
    "packages/postgres/README.md": [
      "Mirror in PostgreSQL",
      "Keep lists of the Anthropic API in PostgreSQL, or in a folder without a server, and check that nothing is missing.",
    ],
    "playground/README.md": [
      "The playground",
      "A page that walks any list with pageturn next to a plain loop, on a mock server with the same faults.",
    ],
  }),
  group("Reference", "reference", {
    "docs/endpoints.md": [
      "Lists of the API",
      "All lists of the Anthropic API that both clients have: the calls, the page sizes and the page classes.",
    ],
    "docs/reports.md": [
      "Programs for reports",
      "Programs of ten lines for the usage, costs, members and activities of an organization.",
    ],
    "docs/faults.md": [
      "Faults, compared",
      "What becomes of a walk when a server fails or lies: pageturn and the official TypeScript SDK, fault by fault.",
    ],
    "bench/RESULTS.md": [
      "Benchmarks",
      "Processor time, wall time, memory and start of pageturn and of other SDKs, from the last run of the benchmarks.",
    ],
    "CHANGELOG.md": ["Changes", "What users of the library notice in each version, newest first."],
  }),
  group("Contribute", "contribute", {
    "CONTRIBUTING.md": [
      "Contributing",
      "Set up the repository, run its checks and tests, and follow its code style.",
    ],
    "ARCHITECTURE.md": [
      "Architecture",
      "The layers and files of pageturn, which rule is in which file, and how to add a strategy.",
    ],
    "contributing/adding-an-endpoint.md": [
      "Add an endpoint",
      "Add a list of the API: one entry in the catalog, from which the types and the documents are generated.",
    ],
  }),
];

/** Pages that are reached from other pages: the navigation does not list them. */
export const subordinate: readonly PageGroup[] = [
  group("Lists of the API", "reference/endpoints", titled("docs/endpoints/*.md", aboutLists)),
  group("Decisions", "contribute/decisions", titled("decisions/*.md", aboutDecision)),
];

/** All pages that are made from Markdown of the repository. */
export function allPages(): readonly Page[] {
  return [home, ...[...groups, ...subordinate].flatMap(({ pages }) => pages)];
}
