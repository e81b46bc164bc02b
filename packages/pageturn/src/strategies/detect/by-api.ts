import {
  bidirectionalCursorStrategy,
  idStrategy,
  pageCursorStrategy,
} from "../../pagination/list/page-classes.ts";
import { valueAt } from "../../pagination/request/page-request.ts";
import { azure } from "../azure.ts";
import { github } from "../github.ts";
import { googleAip158 } from "../google-aip158.ts";
import { type McpOptions, mcp } from "../mcp.ts";
import { notion } from "../notion.ts";
import { openai } from "../openai.ts";
import { type RelayOptions, relayConnection } from "../relay-connection.ts";
import { shopifyGraphql } from "../shopify-graphql.ts";
import { slack } from "../slack.ts";
import { stripe } from "../stripe.ts";
import {
  byLinkHeader,
  byNextURL,
  type Findings,
  isHost,
  judgeLink,
  nextInHeader,
  nextLinkField,
} from "./by-link.ts";
import { textOf } from "./find-list.ts";
import { type ListAnswer, requestValue, shortPath } from "./list-answer.ts";
import { anthropic, type Confidence, called, type NamedStrategy, type Proposal } from "./proposal.ts";

/** APIs that have a ready strategy, recognised by their host or by a form that no other API has. */
export function byAPI(answer: ListAnswer): readonly Proposal[] {
  const { body, itemsPath } = answer;
  const items = shortPath(itemsPath);
  const has = (name: string) => Object.hasOwn(body, name);
  const found = (
    strategy: NamedStrategy,
    evidence: string,
    confidence: Confidence = "certain",
  ): readonly Proposal[] => [{ ...strategy, confidence, evidence: [evidence], mayEnd: true }];

  if (isHost(answer, "api.anthropic.com")) return byAnthropic(answer, "certain");
  if (isHost(answer, "slack.com") || (body["ok"] === true && has("response_metadata"))) {
    const cursor = valueAt(body, ["response_metadata", "next_cursor"]);
    const confidence = isHost(answer, "slack.com") ? "certain" : "likely";
    if (typeof cursor === "string" && itemsPath.length > 0 && !answer.request.isPost)
      return found(
        called(slack, { name: "slack", family: "pageToken", options: { items } }),
        "a list of Slack",
        confidence,
      );
  }
  if (
    body["object"] === "list" &&
    items === "results" &&
    has("next_cursor") &&
    typeof body["type"] === "string"
  ) {
    const method = answer.request.isPost ? ("POST" as const) : undefined;
    const options = { method };
    return found(
      called(notion, { name: "notion", family: "pageToken", options }),
      "a list of Notion: `next_cursor` and `type`",
    );
  }
  const rpc = mcpList(answer);
  if (rpc !== undefined)
    return found(
      called(mcp, { name: "mcp", family: "pageToken", options: { list: rpc } }),
      "a JSON-RPC result with a list of MCP",
    );
  const byId = byObjectList(answer);
  if (byId.length > 0) return byId;
  if (isHost(answer, "github.com") && nextInHeader(answer) !== undefined) return byGitHub(answer);
  if (items === "value" && hasAzureLink(answer)) return byAzure(answer);
  const isGoogle = isHost(answer, "googleapis.com") || textOf(body["kind"]).includes("#");
  if (isGoogle && typeof body["nextPageToken"] === "string" && itemsPath.length === 1) {
    const isMaxResults = requestValue(answer, "maxResults") !== undefined;
    const pageSize = isMaxResults ? { in: "maxResults", adjustable: true } : undefined;
    const options = pageSize === undefined ? { items } : { items, pageSize };
    const strategy = called(googleAip158, { name: "googleAip158", family: "pageToken", options });
    if (!answer.request.isPost) return found(strategy, "a list of a Google API: `nextPageToken`");
  }
  return has("first_id") && has("last_id") && has("has_more") ? byAnthropic(answer, "likely") : [];
}

/** The lists of the Anthropic API: cursors are `first_id` and `last_id`, or `next_page`. */
function byAnthropic(answer: ListAnswer, confidence: Confidence): readonly Proposal[] {
  const { body, itemsPath, items } = answer;
  const at = shortPath(itemsPath);
  if (itemsPath.length !== 1) return [];
  const made = (strategy: NamedStrategy, evidence: string) => [
    { ...strategy, confidence, evidence: [evidence], mayEnd: true },
  ];
  if (Object.hasOwn(body, "last_id") && body["last_id"] === (valueAt(items.at(-1), "id") ?? null))
    return made(
      anthropic(idStrategy, { name: "idStrategy", family: "idCursor", items: at }),
      "`first_id` and `last_id` are ids of the items, as in the lists of the Anthropic API",
    );
  if (confidence !== "certain" || !Object.hasOwn(body, "next_page")) return [];
  const isBoth = Object.hasOwn(body, "prev_page");
  const name = isBoth ? "bidirectionalCursorStrategy" : "pageCursorStrategy";
  const strategy = isBoth ? bidirectionalCursorStrategy : pageCursorStrategy;
  return made(
    anthropic(strategy, { name, family: "pageToken", items: at }),
    "a list of the Anthropic API with `next_page`",
  );
}

/** Lists of Stripe and OpenAI: `object: "list"`. A list by id alone does not say its parameter: the API has to be known. */
function byObjectList(answer: ListAnswer): readonly Proposal[] {
  const { body, items, itemsPath } = answer;
  const hasIds = items.length === 0 || valueAt(items.at(-1), "id") !== undefined;
  if (
    body["object"] !== "list" ||
    itemsPath.join() !== "data" ||
    typeof body["has_more"] !== "boolean" ||
    !hasIds
  )
    return [];
  const evidence = '`object: "list"` with `has_more` and items with an id';
  const isStripe = isHost(answer, "stripe.com");
  if ((isStripe || !isHost(answer, "openai.com")) && textOf(body["url"]).startsWith("/v1/")) {
    const strategy = called(stripe, { name: "stripe", family: "idCursor", options: {} });
    return [
      {
        ...strategy,
        confidence: isStripe ? "certain" : "likely",
        evidence: [`${evidence}, and a \`url\`: as Stripe`],
        mayEnd: true,
      },
    ];
  }
  const isOpenAI = isHost(answer, "openai.com");
  const isLastId = Object.hasOwn(body, "last_id") && body["last_id"] === valueAt(items.at(-1), "id");
  if (!isOpenAI && !isLastId) return [];
  const strategy = called(openai, { name: "openai", family: "idCursor", options: {} });
  return [
    {
      ...strategy,
      confidence: isOpenAI ? "certain" : "likely",
      evidence: [`${evidence}: as OpenAI`],
      mayEnd: true,
    },
  ];
}

function byGitHub(answer: ListAnswer): readonly Proposal[] {
  const { proposals } = byLinkHeader(answer);
  const options = answer.itemsPath.length === 0 ? {} : { items: shortPath(answer.itemsPath) };
  const strategy = called(github, { name: "github", family: "linkHeader", options });
  return proposals.map(({ evidence }) => ({
    ...strategy,
    confidence: "certain",
    evidence: ["a list of GitHub", ...evidence],
  }));
}

function hasAzureLink(answer: ListAnswer): boolean {
  const field = nextLinkField(answer);
  const isAzure = isHost(answer, "azure.com", "microsoft.com", "windows.net", "azure.net");
  return isAzure && field?.path.length === 1 && /^(?:@odata\.)?nextLink$/.test(field.name);
}

function byAzure(answer: ListAnswer): readonly Proposal[] {
  const field = nextLinkField(answer);
  const verdict = judgeLink(answer, field?.value ?? "");
  if (field === undefined || typeof verdict === "string") return [];
  const options = field.name === "nextLink" ? {} : { next: field.name };
  const strategy = called(azure, { name: "azure", family: "nextURL", options });
  const { evidence = [] } = byNextURL(answer).proposals[0] ?? {};
  return [
    { ...strategy, confidence: "certain", evidence: ["a list of Azure or Microsoft Graph", ...evidence] },
  ];
}

const MCP_LISTS: readonly McpOptions["list"][] = ["tools", "resources", "resourceTemplates", "prompts"];

/** Which list of MCP a JSON-RPC result is. Without a cursor, the method of the request must say so. */
function mcpList({ body, itemsPath, request }: ListAnswer): McpOptions["list"] | undefined {
  if (body["jsonrpc"] !== "2.0" || itemsPath[0] !== "result") return undefined;
  const list = MCP_LISTS.find((name) => name === itemsPath[1]);
  const isAsked = /^(?:tools|resources|prompts)\/(?:templates\/)?list$/.test(
    textOf(valueAt(request.json, "method")),
  );
  return isAsked || typeof valueAt(body, ["result", "nextCursor"]) === "string" ? list : undefined;
}

/** A connection of a GraphQL answer that the request can page. */
export function byRelay(answer: ListAnswer): Findings {
  const [first, second] = answer.connections;
  const refused = (reason: string) => ({ proposals: [], refused: [{ name: "relayConnection", reason }] });
  if (first === undefined) return { proposals: [], refused: [] };
  if (second !== undefined) return refused("the body has several connections");
  const [endCursor, hasNextPage] = [
    valueAt(first.pageInfo, "endCursor"),
    valueAt(first.pageInfo, "hasNextPage"),
  ];
  if (typeof hasNextPage !== "boolean" || (typeof endCursor !== "string" && hasNextPage))
    return refused("the connection has no `endCursor`, or no `hasNextPage`: add them to the query");
  const query = valueAt(answer.request.json, "query");
  const variables =
    query === undefined ? {} : variablesOf(textOf(query).slice(0, 100_000), first.path.at(-1) ?? "");
  if (query !== undefined && variables.after === undefined)
    return refused("the connection in the query has no variable for the cursor: add `after: $after`");
  const renamed = Object.entries(variables).filter(
    ([name, variable]) => variable !== undefined && name !== variable,
  );
  const options: RelayOptions = {
    connection: first.path,
    ...(renamed.length > 0 && { variables: Object.fromEntries(renamed) }),
  };
  const isShopify = answer.request.url?.hostname.endsWith(".myshopify.com") === true;
  const family = "relayConnection";
  const strategy = isShopify
    ? called(shopifyGraphql, { name: "shopifyGraphql", family, options })
    : called(relayConnection, { name: family, options });
  const evidence = ["a connection with `pageInfo`"];
  if (query !== undefined) evidence.push("the query has a variable for the cursor");
  const confidence = query === undefined ? "possible" : "certain";
  return { proposals: [{ ...strategy, confidence, evidence, mayEnd: true }], refused: [] };
}

/** The variables that a query takes for the arguments of a field, which may be an alias. */
function variablesOf(
  query: string,
  field: string,
): { after?: string | undefined; first?: string | undefined } {
  if (!/^\w{1,200}$/.test(field)) return {};
  const call = new RegExp(`\\b${field}\\s*(?::\\s*\\w+\\s*)?\\(([^)]*)\\)`).exec(query)?.[1] ?? "";
  const variable = (name: string) => new RegExp(`\\b${name}\\s*:\\s*\\$(\\w{1,80})`).exec(call)?.[1];
  return { after: variable("after"), first: variable("first") };
}
