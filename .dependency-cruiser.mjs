// Who may import whom in packages/pageturn/src. `npm run layers` checks it; type-only imports count as imports.

/** Each layer imports only from itself and from those before it in this list. */
const layers = ["errors", "pagination", "strategies", "adapters", "http", "client", "anthropic", "testing"];

/** The folders of pagination/, in the same way. */
const parts = ["request", "page", "checkpoint", "walk", "list", "flat-map", "segments", "slices", "streams"];

const src = "^packages/pageturn/src/";
const entries = `${src}[^/]+\\.ts$`;
const folders = layers.map((layer) => (layer === "pagination" ? `${layer}/(${parts.join("|")})` : layer));

/** One rule for each folder: it must not import from a folder that is not listed before it. */
function inOrder(home, folders) {
  return folders.map((folder, index) => ({
    name: `order-of-${folder}`,
    severity: "error",
    comment: `${folder}/ may import only from ${folders.slice(0, index + 1).join("/, ")}/`,
    from: { path: `${home}${folder}/` },
    to: { path: home, pathNot: `${home}(${folders.slice(0, index + 1).join("|")})/` },
  }));
}

export default {
  forbidden: [
    ...inOrder(src, layers),
    ...inOrder(`${src}pagination/`, parts),
    {
      name: "known-folders",
      severity: "error",
      comment: "Every file that is no entry must be in one of the folders above",
      from: { path: src, pathNot: [entries, `${src}(${folders.join("|")})/`] },
      to: {},
    },
    {
      name: "entries-only-re-export",
      severity: "error",
      comment: "An entry file has only `export … from`: move anything else into a layer",
      from: { path: entries },
      to: { dependencyTypesNot: ["export"] },
    },
    {
      name: "nothing-imports-an-entry",
      severity: "error",
      comment: "An entry file is for users: import from the file that it re-exports",
      from: { path: src, pathNot: entries },
      to: { path: entries },
    },
    {
      name: "pagination-brings-nothing-else",
      severity: "error",
      comment: "pageturn/pagination runs anywhere and reaches only errors/ and pagination/",
      from: { path: `${src}pagination\\.ts$` },
      to: { pathNot: `${src}(errors|pagination)/`, reachable: true },
    },
    {
      name: "node-only-in-http-and-testing",
      severity: "error",
      comment: "Everything else has to run in a browser, but for the catalog as data, which no client loads",
      from: { path: src, pathNot: `${src}(http/|testing/|anthropic/catalog/api-catalog)` },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "packages-only-in-http",
      severity: "error",
      comment: "Only http/ may import a package",
      from: { path: src, pathNot: `${src}http/` },
      to: { pathNot: src, dependencyTypesNot: ["core"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      severity: "error",
      comment: "Nothing imports this file, and it imports nothing",
      from: { orphan: true },
      to: {},
    },
    {
      name: "no-missing-files",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 6 reads the sources: the compiler of TypeScript 7 has no API yet.
    parser: "tsc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "packages/pageturn/src/tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
