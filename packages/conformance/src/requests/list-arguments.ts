import type { ServedEndpoint } from "pageturn/testing";

/** The parameters of a call, by the names that both clients share. */
export type Params = Readonly<Record<string, unknown>>;

/** Values for the parameters in the path of an endpoint, in order; with signs that have to be encoded. */
function pathValues({ path }: Pick<ServedEndpoint, "path">): readonly (readonly [string, string])[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, `${name} 1/ü`]);
}

/** The arguments of the official SDK: the last path parameter stands first, the others are among the parameters. */
export function sdkArguments(endpoint: ServedEndpoint, params: Params): readonly unknown[] {
  const values = pathValues(endpoint);
  const last = values.at(-1);
  if (last === undefined) return [params];
  return [last[1], { ...Object.fromEntries(values.slice(0, -1)), ...params }];
}

/** The arguments of pageturn: all path parameters in order, then the parameters. */
export function pageturnArguments(endpoint: ServedEndpoint, params: Params): readonly unknown[] {
  return [...pathValues(endpoint).map(([, value]) => value), params];
}

/** What a walk needs: the required parameters, and a page size that makes several pages. */
export function walkParams({ queryParams }: ServedEndpoint, limit: number): Params {
  const required = queryParams.filter((param) => param.required === true && param.wire !== "limit");
  // A report about groups has one row, unless it is asked for one for each actor.
  const isByActor = queryParams.some(({ values }) => values?.includes("actor"));
  return {
    ...Object.fromEntries(
      required.map(({ wire, type }) => [wire, type === "date" ? "2026-09-01" : value(wire)]),
    ),
    ...(isByActor && { group_by: ["actor"] }),
    limit,
  };
}

/** A value for every parameter but the cursors: to compare how they are written, not what they find. */
export function allParams({ queryParams }: ServedEndpoint): Params {
  const others = queryParams.filter(({ wire }) => !cursors.has(wire));
  return Object.fromEntries(others.map(({ wire }) => entry(wire)));
}

const cursors = new Set(["after_id", "before_id", "page", "page_token"]);

/** A parameter that is written `name[]` is an array in both clients. */
function entry(wire: string): readonly [string, unknown] {
  if (wire.endsWith("[]")) return [wire.slice(0, -2), ["a b", "c&d", "ü"]];
  return [wire, value(wire)];
}

function value(wire: string): unknown {
  if (wire === "limit") return 7;
  if (wire === "order") return "asc";
  if (wire === "bucket_width") return "1d";
  if (/^(include|exclude|is)_/.test(wire)) return true;
  return /date|_at/.test(wire) ? "2026-09-01T00:00:00+00:00" : "a b&c=ü";
}
