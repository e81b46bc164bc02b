import { type CatalogEndpoint, groups } from "./catalog.ts";
import { clientCall } from "./names.ts";
import { cursorParams } from "./page-classes.ts";
import { boundText } from "./param-types.ts";
import { banner } from "./source-file.ts";
import { timeRange } from "./time-range.ts";

const titles: Readonly<Record<CatalogEndpoint["group"], string>> = {
  ga: "Generally available",
  beta: "Beta",
  admin: "Organizations (Admin and Analytics API)",
  compliance: "Compliance API",
};

/** The table of all endpoints, for people. */
export function endpointsPage(endpoints: readonly CatalogEndpoint[]): string {
  const sections = groups
    .map((group) => ({ group, own: endpoints.filter((each) => each.group === group) }))
    .filter(({ own }) => own.length > 0)
    .map(({ group, own }) => `## ${titles[group]}\n\n${table(own)}`);
  return `<!-- ${banner} -->

# Endpoints

The ${endpoints.length} lists that both clients know, by group. A call is the same in \`Anthropic\` and \`AsyncAnthropic\`;
\`params\` and \`options\` follow the ids. Sizes are those of the API's documents; a dash means that they name none, and then
\`limit: "max"\` is refused. Lists of items or buckets with a time range can be walked in slices, see [slices.md](slices.md). A list that is not here can be read with \`getAPIList()\`.

${sections.join("\n\n")}
`;
}

function table(endpoints: readonly CatalogEndpoint[]): string {
  const head = [
    "Call",
    "Path",
    "Page class",
    "Cursor",
    "Default page",
    "Largest page",
    "Status",
    "Time range",
    "Beta header",
  ];
  const rows = endpoints.map((endpoint) => [
    `\`${clientCall(endpoint)}\``,
    `\`${endpoint.path}\``,
    endpoint.page,
    cursorParams[endpoint.page].map((name) => `\`${name}\``).join(", "),
    ...sizes(endpoint),
    status(endpoint),
    times(endpoint),
    (endpoint.betas ?? []).map((beta) => `\`${beta}\``).join(", ") || "-",
  ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function sizes({ params }: CatalogEndpoint): readonly string[] {
  const limit = params.find(({ name }) => name === "limit");
  return [limit?.default ?? null, limit?.max ?? null].map((bound) =>
    typeof bound === "number" || (typeof bound === "object" && bound !== null) ? boundText(bound) : "-",
  );
}

function times(endpoint: CatalogEndpoint): string {
  const time = timeRange(endpoint);
  if (time === undefined) return "-";
  const what = time.totals ? "totals" : time.buckets ? "buckets" : "items";
  return `${what}: \`${time.from}\`, \`${time.to}\``;
}

function status({ stability, supersededBy }: CatalogEndpoint): string {
  return supersededBy === null ? stability : `superseded by \`${supersededBy}\``;
}
