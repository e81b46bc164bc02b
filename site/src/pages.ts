import { globSync } from "node:fs";
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
}

/** Pages that belong together in the navigation. */
export interface PageGroup {
  readonly name: string;
  readonly pages: readonly Page[];
}

function group(name: string, folder: string, names: Readonly<Record<string, string>>): PageGroup {
  const pages = Object.entries(names).map(([source, name]) => {
    const file = basename(source, ".md");
    // The README of a package is named after its folder.
    const title = file === "README" ? basename(join(source, "..")) : file;
    return { source, path: `${folder}/${title.toLowerCase()}.md`, name };
  });
  return { name, pages };
}

function numbered(pattern: string): Record<string, string> {
  const files = globSync(pattern, { cwd: root }).map((file) => file.replaceAll("\\", "/"));
  return Object.fromEntries(files.sort().map((file) => [file, basename(file, ".md").replaceAll("-", " ")]));
}

export const home: Page = { source: "README.md", path: "index.md", name: "pageturn" };

/** The pages in reading order. A new guide gets a line here. */
export const groups: readonly PageGroup[] = [
  group("Guide", "guide", {
    "docs/start.md": "Start in one minute",
    "docs/pages.md": "Pages",
    "docs/walks.md": "Walks",
    "docs/checkpoints.md": "Checkpoints",
    "docs/errors.md": "Errors",
    "docs/sync-and-async.md": "Sync and async",
    "docs/slices.md": "Time slices",
    "docs/options.md": "Options",
    "docs/testing.md": "Testing with the mock server",
    "docs/runtimes.md": "Runtimes",
    "docs/tracing.md": "Tracing",
    "docs/how-it-works.md": "How it works",
    "docs/limits.md": "Limits",
  }),
  group("Other APIs", "guide", {
    "docs/other-apis.md": "Any API",
    "docs/own-sdk.md": "Your own SDK",
    "docs/own-strategy.md": "Your own strategy",
    "docs/detect.md": "Detect a strategy",
    "docs/tanstack-query.md": "TanStack Query",
    "docs/peers.md": "Names in other tools",
  }),
  group("Migrate", "guide", {
    "docs/migrating.md": "From SDKs and loops",
  }),
  group("Tools", "guide", {
    "packages/cli/README.md": "The command pageturn",
    "packages/postgres/README.md": "Mirror in PostgreSQL",
    "playground/README.md": "The playground",
  }),
  group("Reference", "reference", {
    "docs/endpoints.md": "Lists of the API",
    "docs/reports.md": "Programs for reports",
    "docs/faults.md": "Faults, compared",
    "bench/RESULTS.md": "Benchmarks",
    "CHANGELOG.md": "Changes",
  }),
  group("Contribute", "contribute", {
    "CONTRIBUTING.md": "Contributing",
    "ARCHITECTURE.md": "Architecture",
    "contributing/adding-an-endpoint.md": "Add an endpoint",
  }),
];

/** Pages that are reached from other pages: the navigation does not list them. */
export const subordinate: readonly PageGroup[] = [
  group("Lists of the API", "reference/endpoints", numbered("docs/endpoints/*.md")),
  group("Decisions", "contribute/decisions", numbered("decisions/*.md")),
];

/** All pages that are made from Markdown of the repository. */
export function allPages(): readonly Page[] {
  return [home, ...[...groups, ...subordinate].flatMap(({ pages }) => pages)];
}
