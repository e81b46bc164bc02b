import { bodyFields } from "./body-fields.ts";
import { type CatalogEndpoint, type Group, type Items, pageNames } from "./catalog.ts";
import { checkParams } from "./check-params.ts";
import { readItems } from "./read-field.ts";
import { readParam, type Shared } from "./read-param.ts";
import { readArray, readObject, readOneOf, readRecord, readText, readTexts, refuse } from "./shape.ts";

/** An endpoint whose items may still be a reference to those of another one. */
export interface ReadEndpoint extends Omit<CatalogEndpoint, "items"> {
  readonly items: Items | { readonly sameAs: string };
}

const keys = "id,lists,path,page,itemsKey,stability,supersededBy,auth,betas,notes,params,body,items".split(
  ",",
);
const idPattern = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
const pathPattern = /^\/v1(\/([a-z][a-z0-9_]*|\{[a-z][a-z0-9_]*\}))+$/;

/** Reads one entry of a data file. Throws `CatalogError` for the first thing that is wrong in it. */
export function readEndpoint(
  value: unknown,
  context: { readonly file: string; readonly group: Group; readonly shared: Shared },
): ReadEndpoint {
  const { file, group, shared } = context;
  const id = readText(readRecord(value, `${file}.json: an endpoint`)["id"], `${file}.json: id`, {
    like: idPattern,
  });
  const at = `${file}.json: ${id}`;
  const raw = readObject(value, at, { keys });
  const optional = <T>(key: string, read: (value: unknown, at: string) => T): T | null =>
    raw[key] === undefined ? null : read(raw[key], `${at}.${key}`);
  const path = readText(raw["path"], `${at}.path`, { like: pathPattern });
  const page = readOneOf(raw["page"], `${at}.page`, { of: pageNames });
  const itemsKey = optional("itemsKey", readText) ?? "data";
  const params = readArray(raw["params"] ?? [], `${at}.params`).map((param, index) =>
    readParam(param, `${at}.params[${index}]`, shared),
  );
  const endpoint: ReadEndpoint = {
    id,
    file,
    group,
    lists: readText(raw["lists"], `${at}.lists`, { like: /^\S.*[^.\s]$/ }),
    path,
    pathParams: Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name),
    page,
    itemsKey,
    stability: optional("stability", (text, place) => readOneOf(text, place, { of: ["beta"] })) ?? "ga",
    supersededBy: optional("supersededBy", (text, place) => readText(text, place, { like: idPattern })),
    auth: readAuth(raw["auth"], `${at}.auth`, shared),
    betas: optional("betas", readTexts),
    notes: optional("notes", (text, place) => readText(text, place, { like: /^\S.*\.$/ })),
    params,
    body: bodyFields(raw["body"], `${at}.body`, { page, itemsKey }),
    items: readItems(raw["items"], `${at}.items`, { id }),
  };
  checkParams(endpoint, at);
  return endpoint;
}

function readAuth(value: unknown, at: string, { auth }: Shared): string {
  const key = readText(value, at);
  if (!Object.hasOwn(auth, key)) throw refuse(at, { must: "a key of auth in shared.json", is: value });
  return readText(auth[key], `shared.json: auth.${key}`, { like: /^\S.*\.$/ });
}
