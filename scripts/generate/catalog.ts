// What the data files of the catalog may contain. contributing/adding-an-endpoint.md explains it.
import { z } from "zod";
import { namesIn, parseFieldType } from "../../packages/pageturn/src/anthropic/catalog/field-type.ts";
import {
  effectNames,
  type ServedEffect,
} from "../../packages/pageturn/src/anthropic/catalog/served-endpoint.ts";
import { bodyFields, cursorParams, type PageName, pageNames } from "./page-classes.ts";

/** Which part of the API an endpoint belongs to. */
export const groups = ["ga", "beta", "admin", "compliance"] as const;

/** A list without repeats. Entries that have a name are compared by it. */
function unique<T extends z.ZodType>(entry: T) {
  return z.array(entry).refine((list) => {
    const keys = list.map((each) =>
      typeof each === "object" && each !== null && "name" in each ? each.name : each,
    );
    return new Set(keys).size === keys.length;
  }, "expected no repeats");
}

function orNull<T extends z.ZodType>(schema: T) {
  return schema.optional().transform((value) => value ?? null);
}

const text = z.string().regex(/^\S(.*\S)?$/);
const sentence = z.string().regex(/^\S.*\.$/);
const id = z.string().regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/);
const typeName = z.string().regex(/^[A-Z][A-Za-z0-9]*$/);
/** The values that are known; empty where any is allowed. */
const values = unique(text).default([]);
/** `true` or left out. */
const flag = z.literal(true).optional().transform(Boolean);
const version = orNull(z.string().regex(/^\d{4}-\d\d-\d\d$/));

/** The types that are not defined by a shape. */
export const plainTypes = ["string", "number", "boolean", "null", "json", "object"];

/** The type of a field, as `parseFieldType()` reads it. */
const fieldType = z.string().superRefine((type, { addIssue }) => {
  try {
    parseFieldType(type);
  } catch (error) {
    addIssue({ code: "custom", message: String(error), input: type });
  }
});

/** One field of an item, of a shape, or of the body around the items. */
const field = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z]\w*$/),
    type: fieldType,
    values,
    /** Why what is inside is not known: for the types `object` and `json` alone. */
    open: orNull(sentence),
    nullable: flag,
    optional: flag,
    /** The API version that brought the field. */
    since: version,
    /** The API version that took it away. */
    until: version,
  })
  .refine(({ type, values }) => values.length === 0 || type.startsWith("string"), {
    path: ["type"],
    error: "expected a string where there are values",
  })
  .refine(
    ({ type, open }) => (open !== null) === namesOf(type).some((name) => /^(?:object|json)$/.test(name)),
    {
      path: ["open"],
      error: "expected a reason where the type is object or json, and nowhere else",
    },
  );

/** What a type that cannot be read names is not examined: that was refused before. */
function namesOf(type: string): readonly string[] {
  try {
    return namesIn(parseFieldType(type));
  } catch {
    return [];
  }
}

/** What is inside a field: an object with these fields, or one of several shapes. */
const shape = z.union(
  [z.strictObject({ fields: unique(field) }), z.strictObject({ union: unique(typeName).min(2) })],
  { error: "expected fields, or a union" },
);

/** A type of items without alternatives. */
const variant = z.strictObject({
  type: typeName,
  fields: unique(field).min(1),
  /** Which fields items have besides these, where nothing more is known of them. */
  others: orNull(sentence),
});

/** What an endpoint lists: items of one type, a union, or those of another endpoint. */
const items = z
  .strictObject({
    sameAs: text.optional(),
    type: typeName.optional(),
    fields: variant.shape.fields.optional(),
    others: variant.shape.others,
    union: z.array(variant).optional(),
  })
  .refine(
    ({ sameAs, type, fields, union }) =>
      sameAs === undefined ? type && !fields !== !union : !type && !fields && !union,
    "expected sameAs alone, type and fields, or type and union",
  )
  .transform(({ sameAs, type = "", fields = [], others, union = [{ type, fields, others }] }) =>
    sameAs === undefined ? { type, variants: union } : { sameAs },
  );

/** `created_at[gte]` and `created_at.gte`; never `ids[]`, as the brackets of arrays are added from the type. */
const paramName = z.string().regex(/^[a-z][a-z0-9_]*(\[[a-z]+\]|\.[a-z]+)?$/);
const whole = z.int().nonnegative();
/** A bound of `limit`: one number, or one for each value of another parameter. */
const bound = z.union([whole, z.strictObject({ by: paramName, values: z.record(z.string(), whole) })], {
  error: "expected a whole number, or by and values",
});

/** `equals agent.id`, `equals agent.version beside agent_id`. */
const effect = z
  .string()
  .regex(new RegExp(`^(?:${effectNames.join("|")})(?: [a-z_.|]+)?(?: beside [a-z_]+)?$`))
  .transform((text): ServedEffect => {
    const [, does, on, beside] = /^(\w+)(?: (?!beside )(\S+))?(?: beside (\S+))?$/.exec(text) ?? [];
    return { does: effectNames.find((name) => name === does) ?? "equals", on, beside };
  });

/** Which parameters may have which defaults. */
const defaults: Partial<Record<string, readonly string[]>> = {
  string: ["string"],
  boolean: ["boolean"],
  integer: ["number", "object"],
};

const param = z
  .strictObject(
    {
      /** What callers write. */
      name: paramName,
      type: z.enum(["string", "integer", "boolean", "string[]", "date", "date-time"]),
      description: sentence,
      note: sentence.optional(),
      required: flag,
      values,
      default: orNull(z.union([text, z.boolean(), bound])),
      min: orNull(whole),
      max: orNull(bound),
      /** What it does to the list, if that does not follow from its name: see param-effects.ts. */
      effect: orNull(effect),
      /** A bound of time that lists some items beyond it, too: a range of time is made of other bounds. */
      inexact: flag,
      /** The parameters that it is only allowed with. */
      needs: values,
      /** The parameters that it is not allowed with. */
      excludes: values,
    },
    {
      error: ({ code }) =>
        code === "invalid_type" ? "expected a parameter, or the name of one in shared.json" : undefined,
    },
  )
  .superRefine((param, { addIssue }) => {
    const { name, type, values, default: value, min, max } = param;
    const hasRange = min !== null || max !== null;
    const isAmongValues = typeof value !== "string" || values.length === 0 || values.includes(value);
    const rules: readonly (readonly [keyof typeof param, boolean, string])[] = [
      ["type", values.length === 0 || type.startsWith("string"), "string or string[] where there are values"],
      [
        "default",
        value === null || defaults[type]?.includes(typeof value) === true,
        `a default of the type ${type}`,
      ],
      ["default", isAmongValues, `one of ${values.join(", ")}`],
      ["default", typeof value !== "number" || value >= (min ?? 0), `at least ${min}`],
      ["default", typeof value !== "number" || typeof max !== "number" || value <= max, `at most ${max}`],
      [
        "name",
        !hasRange || (name === "limit" && type === "integer"),
        "no min and max: only limit has a range",
      ],
    ];
    for (const [key, holds, rule] of rules) {
      if (!holds) addIssue({ code: "custom", path: [key], message: `expected ${rule}`, input: param[key] });
    }
  })
  .transform(({ note, ...param }) => ({
    ...param,
    description: note === undefined ? param.description : `${param.description} ${note}`,
    /** What is sent. */
    wire: param.type === "string[]" ? `${param.name}[]` : param.name,
  }));

/** What stands in shared.json. */
export const sharedSchema = z.strictObject({
  /** Who may call an endpoint, by the names that entries use. */
  auth: z.record(z.string(), sentence),
  /** Parameters that several endpoints have, by names of their own. */
  params: z.record(z.string(), z.looseObject({})),
});
type Shared = z.output<typeof sharedSchema>;

/** A parameter as it stands, the name of a shared one, or `{ "like": name, … }`: a shared one with some keys replaced. */
function sharedParam(value: unknown, { params }: Shared): unknown {
  const { like, ...own } =
    typeof value === "string" ? { like: value } : z.looseObject({}).catch({}).parse(value);
  if (typeof like !== "string") return value;
  return Object.hasOwn(params, like) ? { ...params[like], ...own } : like;
}

export const fileSchema = z.strictObject({
  group: z.enum(groups),
  /** The types of fields, by their names. Those of all files are one set. */
  shapes: z.record(typeName, shape).default({}),
  endpoints: z.array(z.looseObject({ id })),
});

/** The rules for one entry of a data file, and the defaults of what it leaves out. */
export function endpointSchema(shared: Shared) {
  return z
    .strictObject({
      /** The place in the resource tree, in wire names: `organization.usage_report.messages`. */
      id,
      /** What it lists, as the end of "Lists …". */
      lists: z.string().regex(/^\S.*[^.\s]$/),
      path: z
        .string()
        .regex(/^\/v1(\/([a-z][a-z0-9_]*|\{[a-z][a-z0-9_]*\}))+$/)
        .refine(
          (path) => new Set(placeholders(path)).size === placeholders(path).length,
          "expected no repeats",
        ),
      page: z.enum(pageNames),
      itemsKey: text.default("data"),
      stability: z
        .enum(["beta"])
        .optional()
        .transform((value) => value ?? "ga"),
      supersededBy: orNull(id),
      auth: z.enum(Object.keys(shared.auth)).transform((key) => String(shared.auth[key])),
      /** The betas each request names; null where callers cannot name any either. */
      betas: orNull(unique(text)),
      notes: orNull(sentence),
      /** A cursor is refused beside other filters than those of the request that it comes from. */
      cursorsKeepFilters: flag,
      /** The list is computed for a range of time: what its items are. */
      report: orNull(z.enum(["buckets", "groups", "objects", "days"])),
      params: unique(z.preprocess((value) => sharedParam(value, shared), param)).default([]),
      /** The fields of a body besides the items and those of its page class. */
      body: unique(field).default([]),
      items,
    })
    .superRefine(checkParams)
    .transform((entry) => ({
      ...entry,
      pathParams: placeholders(entry.path),
      body: bodyFields(entry),
    }));
}

function placeholders(path: string): readonly string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);
}

/** Checks what the parameters of an endpoint have to be to each other. */
function checkParams(
  { page, params }: { page: PageName; params: Param[] },
  { addIssue }: z.RefinementCtx,
): void {
  const refuse = (path: PropertyKey[], rule: string, input: unknown) =>
    addIssue({ code: "custom", path: ["params", ...path], message: `expected ${rule}`, input });
  const names = params.map(({ name }) => name);
  const [cursor = ""] = cursorParams[page];
  if (names.includes("betas")) refuse([], 'no "betas", which stands for the header', names);
  if (!names.includes(cursor)) refuse([], `"${cursor}", which turns pages of the class ${page}`, names);
  for (const [index, param] of params.entries()) {
    for (const key of ["max", "default"] as const) {
      const bound = param[key];
      if (typeof bound !== "object" || bound === null) continue;
      const { by, values } = bound;
      const decider = params.find(({ name }) => name === by);
      // "max" has to find its number also where the deciding parameter is left out.
      if (typeof decider?.default !== "string") {
        refuse([index, key, "by"], "a parameter of the same endpoint that has a default", by);
      } else if (decider.values.toSorted().join() !== Object.keys(values).sort().join()) {
        refuse([index, key, "values"], `a number for each value of ${by}`, values);
      }
    }
  }
}

export type Field = z.output<typeof field>;
export type Shape = z.output<typeof shape>;
export type Variant = z.output<typeof variant>;
export type Bound = z.output<typeof bound>;
export type Param = z.output<typeof param>;
export type Entry = z.output<ReturnType<typeof endpointSchema>>;

/** What an endpoint lists. */
export interface Items {
  readonly type: string;
  /** The endpoint in whose entry the type is defined. */
  readonly definedBy: string;
  /** One alternative of the same name where the type is no union. */
  readonly variants: readonly Variant[];
}

/** The shapes of the catalog, each with the data file that it stands in, without `.json`. */
export type Shapes = ReadonlyMap<string, { readonly file: string; readonly shape: Shape }>;

/** The whole catalog. */
export interface Catalog {
  readonly endpoints: readonly CatalogEndpoint[];
  readonly shapes: Shapes;
}

/** One list of the API, with everything that its entry leaves to the defaults filled in. */
export interface CatalogEndpoint extends Omit<Entry, "items"> {
  /** The data file the entry stands in, without `.json`: what is generated from it bears the same name. */
  readonly file: string;
  readonly group: (typeof groups)[number];
  readonly items: Items;
}
