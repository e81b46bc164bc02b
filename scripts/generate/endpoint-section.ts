import type { CatalogEndpoint, Param, Variant } from "./catalog.ts";
import { betaText, keyText, orderText, pageSizeText, statusText, timeText } from "./endpoint-facts.ts";
import { exampleProgram } from "./example.ts";
import { fieldsTable, type LinkOf } from "./fields-table.ts";
import { table } from "./markdown.ts";
import { camelCase, clientCall, clientPath, typePath } from "./names.ts";
import { extraFields } from "./page-classes.ts";
import { boundText, paramType } from "./param-types.ts";

/** Where the reference has things. */
export interface Links {
  /** A shape or an item type, as a link. */
  readonly typeLink: LinkOf;
  /** A list, as a link. */
  readonly callLink: (id: string) => string;
}

/** The section of a list: what it does, its parameters, its items, an example. */
export function endpointSection(endpoint: CatalogEndpoint, links: Links): string {
  const { id, lists, notes, pathParams } = endpoint;
  const extra = extraFields(endpoint);
  return [
    `## \`${clientCall(endpoint)}\``,
    `Lists ${lists}.${notes === null ? "" : ` ${notes}`}`,
    factsTable(endpoint, links),
    `\`\`\`ts\n${exampleProgram(endpoint)}\n\`\`\``,
    pathParams.length === 0
      ? null
      : `Arguments before the parameters: ${pathParams.map((name) => `\`${camelCase(name)}: string\``).join(", ")}.`,
    `Parameters (\`${typePath(id)}.ListParams\`):`,
    paramsTable(endpoint),
    extra.length === 0
      ? null
      : `Further fields of each page (\`${typePath(id)}.PageFields\`):\n\n${fieldsTable(extra, links.typeLink)}`,
    itemsPart(endpoint, links),
  ]
    .filter((part) => part !== null)
    .join("\n\n");
}

function factsTable(endpoint: CatalogEndpoint, { typeLink, callLink }: Links): string {
  const { id, path, page, items } = endpoint;
  const status = statusText(endpoint, callLink);
  const rows = [
    ["Request", `\`GET ${path}\``],
    ["Page class", `[\`${page}\`](../endpoints.md#page-classes) of ${typeLink(items.type)}`],
    ["Key", keyText(endpoint)],
    ["Order", orderText(endpoint)],
    ["Time range", timeText(endpoint)],
    ["Page size", pageSizeText(endpoint)],
    ["Beta header", betaText(endpoint)],
    ...(status === null ? [] : [["Status", status]]),
    ["Item type", `\`${typePath(id)}.Item\``],
  ];
  const [head = [], ...rest] = rows;
  return table(head, rest);
}

function paramsTable({ params, page, betas }: CatalogEndpoint): string {
  const rows = params.map((param) => {
    const { name, required, default: value, description } = param;
    const type = paramType(param, page).replaceAll("readonly ", "");
    return [
      `\`${name}\``,
      `\`${type}\``,
      required ? "yes" : "",
      value === null ? "" : typeof value === "object" ? boundText(value) : `\`${JSON.stringify(value)}\``,
      limits(param),
      description,
    ];
  });
  const header =
    betas === null
      ? []
      : [
          [
            "`betas`",
            "`string[]`",
            "",
            "",
            "",
            "Values of the `anthropic-beta` header, before those of the list.",
          ],
        ];
  return table(["Name", "Type", "Required", "Default", "Limits", "Description"], [...rows, ...header]);
}

function limits({ min, max }: Param): string {
  if (max === null) return min === null ? "" : `at least ${min}`;
  return min === null ? `at most ${boundText(max)}` : `${min} to ${boundText(max)}`;
}

function itemsPart(endpoint: CatalogEndpoint, { typeLink, callLink }: Links): string {
  const { id, items } = endpoint;
  const { type, definedBy, variants } = items;
  if (definedBy !== id) return `Items: ${typeLink(type)}, as in ${callLink(definedBy)}.`;
  const heading = `### ${type}`;
  const [first] = variants;
  const place = `An item of \`${clientPath(id)}\``;
  if (first === undefined)
    return `${heading}\n\n${place}: \`JsonObject\`. Only that it is an object is known.`;
  if (variants.length === 1 && first.type === type)
    return `${heading}\n\n${[`${place}.`, first.others].filter(Boolean).join(" ")}\n\n${fieldsTable(first.fields, typeLink)}`;
  const members = variants.map((variant) => `- ${kindOf(variant)}${typeLink(variant.type)}`);
  return [
    heading,
    `${place}: one of these. The API can add others.`,
    members.join("\n"),
    ...variants.map((variant) => `#### ${variant.type}\n\n${fieldsTable(variant.fields, typeLink)}`),
  ].join("\n\n");
}

/** The value of `type` that tells a member of a union. */
function kindOf({ fields }: Variant): string {
  const type = fields.find(({ name, values }) => name === "type" && values.length === 1);
  return type === undefined ? "" : `\`${type.values[0]}\`: `;
}
