import { type Field, fieldTypes, type Items, type Variant } from "./catalog.ts";
import { readArray, readFlag, readObject, readOneOf, readText, readTexts, refuse } from "./shape.ts";

const fieldKeys = ["name", "type", "values", "nullable", "optional", "since", "until"];
const typeName = /^[A-Z][A-Za-z0-9]*$/;
const version = /^\d{4}-\d\d-\d\d$/;

/** Reads the fields of an item or a body. */
export function readFields(value: unknown, at: string): readonly Field[] {
  const fields = readArray(value ?? [], at).map((field, index) => readField(field, `${at}[${index}]`));
  const names = fields.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw refuse(at, { must: "without repeated names", is: repeated });
  return fields;
}

function readField(value: unknown, at: string): Field {
  const raw = readObject(value, at, { keys: fieldKeys });
  const field: Field = {
    name: readText(raw["name"], `${at}.name`, { like: /^[a-z]\w*$/ }),
    type: readOneOf(raw["type"], `${at}.type`, { of: fieldTypes }),
    values: readTexts(raw["values"], `${at}.values`),
    nullable: readFlag(raw["nullable"], `${at}.nullable`),
    optional: readFlag(raw["optional"], `${at}.optional`),
    since: raw["since"] === undefined ? null : readText(raw["since"], `${at}.since`, { like: version }),
    until: raw["until"] === undefined ? null : readText(raw["until"], `${at}.until`, { like: version }),
  };
  if (field.values.length > 0 && !field.type.startsWith("string")) {
    throw refuse(`${at}.type`, { must: "a string where there are values", is: field.type });
  }
  return field;
}

/** Reads what an endpoint lists, or which other endpoint lists the same. */
export function readItems(
  value: unknown,
  at: string,
  { id }: { readonly id: string },
): Items | { readonly sameAs: string } {
  const raw = readObject(value, at, { keys: ["sameAs", "type", "fields", "union"] });
  if (raw["sameAs"] !== undefined) {
    readObject(value, at, { keys: ["sameAs"] });
    return { sameAs: readText(raw["sameAs"], `${at}.sameAs`) };
  }
  const type = readText(raw["type"], `${at}.type`, { like: typeName });
  if (raw["union"] === undefined) return { type, definedBy: id, variants: [readVariant(value, at)] };
  readObject(value, at, { keys: ["type", "union"] });
  const union = readArray(raw["union"], `${at}.union`);
  return {
    type,
    definedBy: id,
    variants: union.map((each, index) => readVariant(each, `${at}.union[${index}]`)),
  };
}

function readVariant(value: unknown, at: string): Variant {
  const raw = readObject(value, at, { keys: ["type", "fields"] });
  const fields = readFields(raw["fields"], `${at}.fields`);
  if (fields.length === 0)
    throw refuse(`${at}.fields`, { must: "a list of at least one field", is: raw["fields"] });
  return { type: readText(raw["type"], `${at}.type`, { like: typeName }), fields };
}
