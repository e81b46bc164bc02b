import type { Bound, CatalogEndpoint, Param } from "./catalog.ts";
import { clientPath, generatedNames } from "./names.ts";
import { cursorParams, type PageName } from "./page-classes.ts";
import { docComment, SourceFile } from "./source-file.ts";

/** The file of the parameters of the endpoints of a data file. */
export function paramTypes(name: string, endpoints: readonly CatalogEndpoint[]): SourceFile {
  const file = new SourceFile(`${name}-params.ts`);
  for (const endpoint of endpoints) file.add(interfaceOf(endpoint));
  return file;
}

function interfaceOf(endpoint: CatalogEndpoint): string {
  const { id, page, params, betas } = endpoint;
  const members = params.map((param) => member(param, page));
  if (betas !== null) members.push(betasMember(betas));
  return `${docComment([`What \`${clientPath(id)}.list()\` can be asked for.`])}
export interface ${generatedNames(id).params} {
${members.join("\n")}
}`;
}

function member(param: Param, page: PageName): string {
  const name = /^\w+$/.test(param.name) ? param.name : JSON.stringify(param.name);
  const notes = [param.description, valuesNote(param), defaultNote(param), rangeNote(param)];
  const doc = docComment([notes.filter((note) => note !== "").join(" ")], "  ");
  const type = paramType(param, page);
  return `${doc}\n  readonly ${name}${param.required ? `: ${type}` : `?: ${type} | undefined`};`;
}

/** The type of a parameter, as callers write it. Cursors can be `null`, as the API returns them. */
export function paramType(param: Param, page: PageName): string {
  return valueType(param) + (cursorParams[page].includes(param.name) ? " | null" : "");
}

function valueType(param: Param): string {
  const union = param.values.map((value) => JSON.stringify(value)).join(" | ");
  switch (param.type) {
    case "integer":
      return param.max === null ? "number" : 'number | "max"';
    case "string[]":
      return union === "" ? "readonly string[]" : `readonly (${union})[]`;
    case "date-time":
      return "string | Date";
    // A Date would be sent as an instant, which the API refuses where it wants a day.
    case "date":
      return "string";
    case "boolean":
      return "boolean";
    default:
      return union === "" ? "string" : union;
  }
}

function defaultNote({ default: value }: Param): string {
  if (value === null) return "";
  return `Default: ${typeof value === "object" ? boundText(value) : JSON.stringify(value)}.`;
}

function valuesNote({ type, values }: Param): string {
  if (values.length === 0) return "";
  const list = values.map((value) => `\`${value}\``).join(", ");
  return type === "string[]" ? `Any of ${list}.` : `One of ${list}.`;
}

function rangeNote({ min, max }: Param): string {
  if (max === null) return min === null ? "" : `At least ${min}.`;
  return `${min === null ? "At most" : `From ${min} to`} ${boundText(max)}; \`"max"\` asks for that.`;
}

/** A bound in words: `1000`, or `31 (1d), 168 (1h) by bucket_width`. */
export function boundText(bound: Bound): string {
  if (typeof bound === "number") return String(bound);
  const values = Object.entries(bound.values).map(([key, value]) => `${value} (${key})`);
  return `${values.join(", ")} by ${bound.by}`;
}

function betasMember(betas: readonly string[]): string {
  const own = betas.length === 0 ? "" : `, before the list's own ${betas.join(", ")}`;
  return `${docComment([`Betas to name in the \`anthropic-beta\` header${own}.`], "  ")}
  readonly betas?: readonly string[] | undefined;`;
}
