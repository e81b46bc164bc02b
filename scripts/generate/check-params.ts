import type { Bound, PageName, Param } from "./catalog.ts";
import { CatalogError, refuse } from "./shape.ts";

/** The parameters that page classes turn pages with. */
export const cursorParams: Readonly<Record<PageName, readonly string[]>> = {
  Page: ["after_id", "before_id"],
  PageCursor: ["page"],
  BidirectionalPageCursor: ["page"],
};

interface Parameters {
  readonly page: PageName;
  readonly path: string;
  readonly pathParams: readonly string[];
  readonly params: readonly Param[];
}

/** Checks what the parameters of an endpoint have to be to each other. */
export function checkParams({ page, path, pathParams, params }: Parameters, at: string): void {
  if (new Set(pathParams).size < pathParams.length)
    throw refuse(`${at}.path`, { must: "without repeats", is: path });
  const names = params.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw refuse(`${at}.params`, { must: "without repeated names", is: repeated });
  if (names.includes("betas"))
    throw new CatalogError(`${at}.params has "betas", which stands for the header`);
  const [cursor = ""] = cursorParams[page];
  if (!names.includes(cursor)) {
    throw new CatalogError(`${at}.params has no "${cursor}": pages of the class ${page} are turned with it`);
  }
  for (const param of params) {
    if (param.min !== null || param.max !== null) checkRange(param, `${at}.params.${param.name}`);
    for (const bound of [param.max, param.default]) {
      if (typeof bound === "object" && bound !== null)
        checkBound(bound, { params, at: `${at}.params.${param.name}` });
    }
  }
}

function checkRange({ name, type }: Param, at: string): void {
  if (name !== "limit" || type !== "integer") throw new CatalogError(`${at} has a range: only limit can`);
}

/** `"max"` has to find its number also where the deciding parameter is left out. */
function checkBound(
  { by, values }: Exclude<Bound, number>,
  { params, at }: { readonly params: readonly Param[]; readonly at: string },
): void {
  const decider = params.find(({ name }) => name === by);
  if (decider === undefined) throw refuse(`${at}.by`, { must: "a parameter of the same endpoint", is: by });
  const known = Object.keys(values).sort().join();
  if ([...decider.values].sort().join() !== known) {
    throw refuse(`${at}.values`, { must: `a number for each value of ${by}`, is: values });
  }
  if (typeof decider.default !== "string")
    throw refuse(`${at}.by`, { must: "a parameter with a default", is: by });
}
