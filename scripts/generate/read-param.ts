import { type Bound, type Param, paramTypes } from "./catalog.ts";
import {
  readFlag,
  readObject,
  readOneOf,
  readRecord,
  readText,
  readTexts,
  readWhole,
  refuse,
} from "./shape.ts";

const paramKeys = ["name", "type", "description", "required", "values", "default", "min", "max", "note"];
/** `created_at[gte]` and `created_at.gte`; never `ids[]`, as the brackets of arrays are added from the type. */
const paramName = /^[a-z][a-z0-9_]*(\[[a-z]+\]|\.[a-z]+)?$/;

/** What stands in shared.json: what several endpoints use, by names of its own. */
export interface Shared {
  readonly params: Readonly<Record<string, unknown>>;
  readonly auth: Readonly<Record<string, unknown>>;
}

/**
 * Reads a parameter: a definition of its own, the name of a shared one, or `{ "like": name, … }`, a shared one some
 * of whose keys are replaced.
 */
export function readParam(value: unknown, at: string, shared: Shared): Param {
  if (typeof value === "string") return readDefinition(readShared(value, at, shared), at);
  const { like, ...own } = readRecord(value, at);
  if (like === undefined) return readDefinition(own, at);
  const base = readShared(readText(like, `${at}.like`), `${at}.like`, shared);
  return readDefinition({ ...base, ...own }, at);
}

function readShared(name: string, at: string, { params }: Shared): Readonly<Record<string, unknown>> {
  if (!Object.hasOwn(params, name)) throw refuse(at, { must: "a parameter of shared.json", is: name });
  return readRecord(params[name], `shared.json: params.${name}`);
}

function readDefinition(value: unknown, at: string): Param {
  const raw = readObject(value, at, { keys: paramKeys });
  const name = readText(raw["name"], `${at}.name`, { like: paramName });
  const type = readOneOf(raw["type"], `${at}.type`, { of: paramTypes });
  const description = readText(raw["description"], `${at}.description`, { like: /^\S.*\.$/ });
  const note =
    raw["note"] === undefined ? "" : ` ${readText(raw["note"], `${at}.note`, { like: /^\S.*\.$/ })}`;
  const values = readTexts(raw["values"], `${at}.values`);
  if (values.length > 0 && !type.startsWith("string")) {
    throw refuse(`${at}.type`, { must: "string or string[] where there are values", is: type });
  }
  const param: Param = {
    name,
    wire: type === "string[]" ? `${name}[]` : name,
    type,
    description: description + note,
    required: readFlag(raw["required"], `${at}.required`),
    values,
    default: raw["default"] === undefined ? null : readDefault(raw["default"], `${at}.default`, { type }),
    min: raw["min"] === undefined ? null : readWhole(raw["min"], `${at}.min`),
    max: raw["max"] === undefined ? null : readBound(raw["max"], `${at}.max`),
  };
  checkDefault(param, at);
  return param;
}

function readDefault(value: unknown, at: string, { type }: Pick<Param, "type">): string | boolean | Bound {
  if (type === "integer") return readBound(value, at);
  if (type === "boolean" && typeof value === "boolean") return value;
  if (type === "string") return readText(value, at);
  throw refuse(at, { must: `a default of the type ${type}`, is: value });
}

function readBound(value: unknown, at: string): Bound {
  if (typeof value === "number") return readWhole(value, at);
  const raw = readObject(value, at, { keys: ["by", "values"] });
  const values = Object.entries(readRecord(raw["values"], `${at}.values`));
  return {
    by: readText(raw["by"], `${at}.by`, { like: paramName }),
    values: Object.fromEntries(values.map(([key, each]) => [key, readWhole(each, `${at}.values.${key}`)])),
  };
}

function checkDefault(param: Param, at: string): void {
  const { default: value, min, max, values } = param;
  if (typeof value === "string" && values.length > 0 && !values.includes(value)) {
    throw refuse(`${at}.default`, { must: `one of ${values.join(", ")}`, is: value });
  }
  if (typeof value !== "number") return;
  if (min !== null && value < min) throw refuse(`${at}.default`, { must: `at least ${min}`, is: value });
  if (typeof max === "number" && value > max)
    throw refuse(`${at}.default`, { must: `at most ${max}`, is: value });
}
