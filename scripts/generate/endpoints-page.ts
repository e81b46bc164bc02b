import type { Catalog, CatalogEndpoint, Shape } from "./catalog.ts";
import { endpointSection, type Links } from "./endpoint-section.ts";
import { fieldsTable, type LinkOf } from "./fields-table.ts";
import { anchor, table } from "./markdown.ts";
import { clientCall } from "./names.ts";
import type { Outputs } from "./output-files.ts";
import { classFieldNames, cursorParams, pageNames } from "./page-classes.ts";
import { boundText } from "./param-types.ts";
import { banner } from "./source-file.ts";
import { timeRange } from "./time-range.ts";

const titles: Readonly<Record<CatalogEndpoint["group"], string>> = {
  ga: "Generally available",
  beta: "Beta",
  admin: "Organizations",
  compliance: "Compliance API",
};

/**
 * The reference for people: the index, `endpoints.md`, and below it a page of lists and one of shapes for each data
 * file of the catalog, by their paths.
 */
export function endpointPages(catalog: Catalog): Outputs {
  const { endpoints, shapes } = catalog;
  const pages = pagesOf(endpoints);
  const links = linksOf(catalog);
  const homes = [...new Set([...shapes.values()].map(({ file }) => file))].sort();
  return new Map([
    ["endpoints.md", index(endpoints, pages)],
    ...pages.map((page): [string, string] => [`endpoints/${page.file}.md`, listsPage(page, links)]),
    ...homes.map((home): [string, string] => [
      `endpoints/${home}-shapes.md`,
      shapesPage(home, catalog, links),
    ]),
  ]);
}

/** The lists of one data file. */
interface Page {
  readonly file: string;
  readonly title: string;
  readonly endpoints: readonly CatalogEndpoint[];
}

function pagesOf(endpoints: readonly CatalogEndpoint[]): readonly Page[] {
  return [...new Set(endpoints.map(({ file }) => file))].map((file) => {
    const own = endpoints.filter((each) => each.file === file);
    const [first] = own;
    const group = first === undefined ? "" : titles[first.group];
    return { file, title: titleOf(file, group), endpoints: own };
  });
}

/** `admin-analytics-beta` -> `Organizations: analytics, beta`. */
function titleOf(file: string, group: string): string {
  const [, ...parts] = file.split("-");
  const isBeta = parts.at(-1) === "beta";
  const topic = parts.slice(0, isBeta ? -1 : undefined).join(" ");
  const name = topic === "" ? group : `${group}: ${topic}`;
  return isBeta ? `${name}${topic === "" ? ": beta" : ", beta"}` : name;
}

function linksOf({ endpoints, shapes }: Catalog): Links {
  const homes = new Map<string, string>();
  for (const { id, file, items } of endpoints) {
    if (items.definedBy !== id) continue;
    for (const type of [items.type, ...items.variants.map((variant) => variant.type)]) homes.set(type, file);
  }
  for (const [type, { file }] of shapes) homes.set(type, `${file}-shapes`);
  return {
    typeLink: (type) => `[\`${type}\`](${homes.get(type)}.md#${anchor(type)})`,
    callLink: (id) => {
      const endpoint = endpoints.find((each) => each.id === id);
      return endpoint === undefined ? `\`${id}\`` : callLink(endpoint, "");
    },
  };
}

function callLink(endpoint: CatalogEndpoint, folder: string): string {
  const call = clientCall(endpoint);
  return `[\`${call}\`](${folder}${endpoint.file}.md#${anchor(call)})`;
}

function index(endpoints: readonly CatalogEndpoint[], pages: readonly Page[]): string {
  const tables = pages.map(
    ({ title, file, endpoints: own }) =>
      `## ${title}\n\n${indexTable(own)}\n\n[Details of these lists](endpoints/${file}.md)`,
  );
  return `<!-- ${banner} -->

# Endpoints

The ${endpoints.length} lists that both clients know. Each name leads to the parameters, the fields of the items and an example.
A call is the same in \`Anthropic\` and \`AsyncAnthropic\`; \`params\` and \`options\` follow the ids in the call. A list that is not
here can be read with \`getAPIList()\`.

- Page sizes are those of the API's documents. A dash means that they name none. Without a largest page,
  \`limit: "max"\` is a type error and throws \`ConfigurationError\`.
- Lists of items or buckets with a time range can be walked in slices, see [slices.md](slices.md).
- Parameters have the names of the API, but arrays are written without \`[]\`. \`date-time\` parameters accept a \`Date\`.
- Fields have the names of the API. \`?\` after a name means that the field may be absent. \`| string\` after values
  means that the API can add values. \`JsonObject\` is an object whose fields are not documented.
- If the name of a field says its unit, such as tokens or seconds, the description has the unit.

## Types

\`pageturn/types\` has the types of all lists, grouped like the resources of a client. Items also have names of their own.

\`\`\`ts
import type { ModelInfo, Models, Organization } from "pageturn/types";

type UsageReport = Organization.UsageReport.Messages.Item;

const params: Organization.UsageReport.Messages.ListParams = { starting_at: "2026-10-01T00:00:00Z" };
const outputTokens = (report: UsageReport) => report.results.reduce((sum, row) => sum + row.output_tokens, 0);
const nameOf = (model: ModelInfo): Models.Item["display_name"] => model.display_name;
\`\`\`

| Name | Meaning |
| --- | --- |
| \`Models.Item\` | an item of \`client.models.list()\`; here the same as \`ModelInfo\` |
| \`Models.ListParams\` | the parameters of \`client.models.list()\` |
| \`Compliance.Apps.Chats.Messages.PageFields\` | the fields of a page besides those of its class, if there are any |
| \`Models.Item["capabilities"]\` | a type inside of an item |
| \`Anthropic["models"]\`, \`AsyncAnthropic["models"]\` | a resource of a client |

Editors and error messages show a name for each type: \`ModelInfoCapabilities\` inside of an item, \`ModelsListParams\` for the
parameters, \`ModelsResource\` for a resource. \`pageturn/named-types\` exports all of them, so that they do not fill the completions
of \`pageturn/types\`:

\`\`\`ts
import type { ModelInfoCapabilities } from "pageturn/named-types";

const canReadImages = (capabilities: ModelInfoCapabilities | null) => capabilities?.image_input.supported ?? false;
\`\`\`

## Page classes

${classesTable()}

${tables.join("\n\n")}
`;
}

function classesTable(): string {
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
  return table(
    ["Class", "Cursors", "Fields"],
    pageNames.map((name) => [
      list([`Sync${name}`, `Async${name}`]),
      list(cursorParams[name]),
      list(classFieldNames(name)),
    ]),
  );
}

function indexTable(endpoints: readonly CatalogEndpoint[]): string {
  const rows = endpoints.map((endpoint) => [
    callLink(endpoint, "endpoints/"),
    endpoint.lists,
    `\`${endpoint.path}\``,
    endpoint.page,
    ...sizes(endpoint),
    times(endpoint),
    statusOf(endpoint),
  ]);
  return table(
    ["Call", "Lists", "Path", "Page class", "Default page", "Largest page", "Time range", "Status"],
    rows,
  );
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

function statusOf({ stability, supersededBy }: CatalogEndpoint): string {
  return supersededBy === null ? stability : `superseded by \`${supersededBy}\``;
}

function listsPage({ title, endpoints }: Page, links: Links): string {
  const contents = endpoints.map((endpoint) => `- ${callLink(endpoint, "")}: ${endpoint.lists}`);
  return `<!-- ${banner} -->

# ${title}

What the tables mean, and all other lists: [endpoints.md](../endpoints.md). On this page:

${contents.join("\n")}

${endpoints.map((endpoint) => endpointSection(endpoint, links)).join("\n\n")}
`;
}

function shapesPage(home: string, { endpoints, shapes }: Catalog, { typeLink }: Links): string {
  const own = [...shapes].filter(([, { file }]) => file === home);
  const page = pagesOf(endpoints).find(({ file }) => file === home);
  return `<!-- ${banner} -->

# Types inside of items: ${page?.title ?? home}

The nested types of the items of [${page?.title ?? home}](${home}.md) and of other lists. They are exported by \`pageturn/named-types\`.

${own.map(([type, { shape }]) => `## ${type}\n\n${shapeText(shape, typeLink)}`).join("\n\n")}
`;
}

function shapeText(shape: Shape, typeLink: LinkOf): string {
  if ("fields" in shape)
    return shape.fields.length === 0 ? "An object without fields." : fieldsTable(shape.fields, typeLink);
  return `One of ${shape.union.map(typeLink).join(", ")}.`;
}
