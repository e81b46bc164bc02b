import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { ApiProblem } from "../answer.ts";
import { hashDigits, hashText, mixHash } from "./position-code.ts";
import { type CostLine, costLines, type Stream } from "./usage-ledger.ts";

/** A part of the usage that gets results of its own. */
export interface Group {
  /** The values of the dimensions that the report is split by. */
  readonly values: ReadonlyMap<string, string | null>;
  readonly streams: readonly Stream[];
  readonly lines: readonly CostLine[];
}

/** The dimensions that tell what is paid for. */
export const lineDimensions: readonly string[] = ["cost_type", "token_type", "description"];

/** The dimensions that a request splits a report by: `group_by`. */
export function readSplits({ queryParams }: ServedEndpoint, query: URLSearchParams): readonly string[] {
  return queryParams.flatMap(({ wire, effect }) => (effect?.does === "splits" ? query.getAll(wire) : []));
}

/**
 * The values that a request allows, by the names of the dimensions. Throws `ApiProblem` for a filter that names no
 * dimension.
 */
export function readAllowed(
  { queryParams }: ServedEndpoint,
  {
    query,
    dimensions,
  }: { readonly query: URLSearchParams; readonly dimensions: ReadonlyMap<string, unknown> },
): ReadonlyMap<string, readonly string[]> {
  const allowed = new Map<string, string[]>();
  for (const { wire, effect } of queryParams) {
    if (effect?.does !== "restricts") continue;
    for (const text of query.getAll(wire).filter((each) => each !== "")) {
      const [, dimension = "", value = ""] = /^(\w+):(.*)$/.exec(text) ?? [];
      if (effect.on === undefined && !dimensions.has(dimension)) {
        throw new ApiProblem(
          400,
          `${wire}: Input should be a dimension and a value, such as rbac_group_id:rbacgroup_1`,
        );
      }
      const name = effect.on ?? dimension;
      allowed.set(name, [...(allowed.get(name) ?? []), effect.on === undefined ? value : text]);
    }
  }
  return allowed;
}

/** The streams with the values that are allowed. */
export function allowedStreams(
  streams: readonly Stream[],
  allowed: ReadonlyMap<string, readonly string[]>,
): readonly Stream[] {
  return streams.filter(({ dimensions }) =>
    [...allowed].every(
      ([name, values]) => !dimensions.has(name) || values.includes(dimensions.get(name) ?? ""),
    ),
  );
}

/** Puts the streams with the same values of some dimensions together. Each kind of cost is a group if they tell it. */
export function groupsBy(names: readonly string[], streams: readonly Stream[]): readonly Group[] {
  const groups = new Map<
    string,
    { values: Map<string, string | null>; streams: Stream[]; lines: CostLine[] }
  >();
  const isByLine = names.some((name) => lineDimensions.includes(name));
  for (const stream of streams) {
    for (const lines of isByLine ? costLines.map((line) => [line]) : [costLines]) {
      const values = new Map(names.flatMap((name) => valuesOf(name, stream, lines)));
      const key = JSON.stringify([...values]);
      const group = groups.get(key) ?? { values, streams: [], lines: [] };
      if (!group.streams.includes(stream)) group.streams.push(stream);
      for (const line of lines) if (!group.lines.includes(line)) group.lines.push(line);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

function valuesOf(
  name: string,
  { dimensions }: Stream,
  [line]: readonly CostLine[],
): [string, string | null][] {
  if (name === "cost_type") return [[name, line?.costType ?? null]];
  if (name === "token_type") return [[name, line?.tokenType ?? null]];
  if (name !== "description") return dimensions.has(name) ? [[name, dimensions.get(name) ?? null]] : [];
  // A description stands for all that is in it.
  const model = dimensions.get("model") ?? null;
  const text = `${model} usage - ${line?.tokenType ?? line?.costType}`;
  const parts = ["model", "context_window", "service_tier", "inference_geo"].map(
    (part): [string, string | null] => [part, dimensions.get(part) ?? null],
  );
  return [
    ["description", text],
    ["cost_type", line?.costType ?? null],
    ["token_type", line?.tokenType ?? null],
    ...parts,
  ];
}

/** The values of the dimensions of all reports. */
export function dimensionValues(seed: number): ReadonlyMap<string, readonly (string | null)[]> {
  const ids = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => {
      const prefix = name.replace(/_id$/, "").replaceAll("_", "");
      return `${prefix}_${hashDigits(mixHash(hashText(name, seed), at))}`;
    });
  return new Map<string, readonly (string | null)[]>([
    ["model", ["claude-opus-4-8", "claude-sonnet-4-6", "claude-haiku-4-5", "claude-sonnet-4-5"]],
    ["service_tier", ["standard", "batch", "priority"]],
    ["context_window", ["0-200k", "200k-1M"]],
    ["inference_geo", ["global", "us"]],
    ["speed", ["standard", "fast"]],
    ["product", ["chat", "claude_code", "cowork", "office_agent", "messages_api"]],
    ["claude_tag_category", [null, "dm", "engaged", "scheduled"]],
    ...["workspace_id", "api_key_id", "account_id", "service_account_id", "rbac_group_id"].map(optionalIds),
    ...["claude_tag_user_id", "slack_channel_id", "agent_id", "deployment_id"].map(optionalIds),
    ...["environment_id", "session_id", "user_profile_id"].map(optionalIds),
    ["organization_id", ids("organization_id", 2)],
    ["user_id", ids("user_id", 4)],
  ]);

  function optionalIds(name: string): [string, readonly (string | null)[]] {
    return [name, [null, ...ids(name, 3)]];
  }
}
