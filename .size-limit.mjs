// What a browser has to load of packages/pageturn: minified and gzipped bytes, as recorded. `npm run size` fails if a
// bundle is more than 5 % larger, or needs something that a browser does not have.
const recorded = [
  { name: "AsyncAnthropic of pageturn", file: "pageturn", names: "{ AsyncAnthropic }", bytes: 35_000 },
  {
    name: "a loop over pageturn/pagination",
    file: "pagination",
    names: "{ AsyncPageCursor, AsyncPaginator }",
    bytes: 16_330,
  },
  { name: "all of pageturn/pagination", file: "pagination", names: "*", bytes: 26_350 },
  {
    name: "linkHeader with a loop over pageturn/pagination",
    file: "strategies",
    names: { strategies: "{ linkHeader }", pagination: "{ AsyncPaginator, definePages }" },
    bytes: 19_320,
  },
  { name: "all of pageturn/strategies", file: "strategies", names: "*", bytes: 21_950 },
];

/** What a bundle imports: names of one file, or of several. */
function imports(names) {
  if (typeof names === "string") return names;
  const files = Object.entries(names).map(([file, each]) => [`packages/pageturn/dist/${file}.js`, each]);
  return Object.fromEntries(files);
}

export default recorded.map(({ name, file, names, bytes }) => ({
  name,
  path: `packages/pageturn/dist/${file}.js`,
  import: imports(names),
  gzip: true,
  modifyEsbuildConfig: (config) => ({ ...config, format: "esm" }),
  limit: `${Math.floor(bytes * 1.05)} B`,
  message: "Make it smaller, or record the new size and say in CHANGELOG.md what it buys.",
}));
