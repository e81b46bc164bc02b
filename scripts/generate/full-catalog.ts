import type { APIList, APIListParam } from "../../packages/pageturn/src/anthropic/catalog/api-catalog.ts";
import type {
  ServedField,
  ServedItems,
  ServedShape,
} from "../../packages/pageturn/src/anthropic/catalog/served-endpoint.ts";
import type { Bound, Catalog, CatalogEndpoint, Field, Items, Param, Shape } from "./catalog.ts";
import { paramEffect } from "./param-effects.ts";
import { timeRange } from "./time-range.ts";

/** The full catalog as JSON, for the mock server. One endpoint or shape per line, so that a diff shows what changed. */
export function fullCatalog({ endpoints, shapes }: Catalog): string {
  const lines = endpoints.map((each) => JSON.stringify(servedEndpoint(each)));
  const types = [...shapes].map(
    ([name, { shape }]) => `${JSON.stringify(name)}: ${JSON.stringify(servedShape(shape))}`,
  );
  return `{\n"shapes": {\n${types.join(",\n")}\n},\n"endpoints": [\n${lines.join(",\n")}\n]\n}\n`;
}

function servedShape(shape: Shape): ServedShape {
  return "union" in shape ? shape : { fields: shape.fields.map(servedField) };
}

function servedEndpoint(endpoint: CatalogEndpoint): APIList {
  const { id, path, page, itemsKey, betas, body, params, items, report } = endpoint;
  return {
    id,
    lists: endpoint.lists,
    path,
    pathParams: endpoint.pathParams,
    auth: endpoint.auth,
    stability: endpoint.stability,
    notes: endpoint.notes ?? undefined,
    page,
    time: timeRange(endpoint),
    itemsKey,
    envelope: body.map(servedField),
    betaHeader: betas ?? [],
    queryParams: params.map((param) => servedParam(endpoint, param)),
    report: report ?? undefined,
    cursorsKeepFilters: endpoint.cursorsKeepFilters || undefined,
    itemFields: servedItems(items),
  };
}

function servedField({ name, type, values, optional, nullable, since, until }: Field): ServedField {
  return {
    name,
    type,
    enum: values.length === 0 ? undefined : values,
    optional: optional || since !== null || until !== null || undefined,
    nullable: nullable || undefined,
  };
}

function servedParam(endpoint: CatalogEndpoint, param: Param): APIListParam {
  const { wire, type, values, needs, excludes, required, default: value, min, max } = param;
  const orUndefined = (list: readonly string[]) => (list.length === 0 ? undefined : list);
  return {
    name: param.name,
    wire,
    description: param.description,
    type: type === "string" ? undefined : type,
    values: orUndefined(values),
    effect: paramEffect(endpoint, param),
    needs: orUndefined(needs),
    excludes: orUndefined(excludes),
    required: required || undefined,
    default: (typeof value === "object" ? servedLimit(value) : value) ?? undefined,
    min: min ?? undefined,
    max: servedLimit(max),
  };
}

function servedLimit(bound: Bound | null): number | Readonly<Record<string, number>> | undefined {
  return typeof bound === "object" ? bound?.values : bound;
}

function servedItems({ type, variants }: Items): ServedItems {
  const lists = variants.map((each) => ({ type: each.type, fields: each.fields.map(servedField) }));
  const [first] = lists;
  return lists.length === 1 && first?.type === type ? first.fields : { union: lists };
}
