// Writes what is generated from the catalog. With --check: only says what is stale, and then fails.
// --catalog, --out and --page name other places than those of the repository.
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatFiles } from "./format-files.ts";
import { generate } from "./generate.ts";
import { type Places, staleFiles, writeFiles } from "./output-files.ts";
import { readCatalog } from "./read-catalog.ts";
import { CatalogError } from "./shape.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    catalog: { type: "string", default: join(root, "packages/pageturn/src/anthropic/catalog/data") },
    out: { type: "string", default: join(root, "packages/pageturn/src/anthropic/catalog/generated") },
    page: { type: "string", default: join(root, "docs/endpoints.md") },
  },
});

function outputs({ sources, page }: Places): ReadonlyMap<string, string> {
  const generated = generate(readCatalog(values.catalog));
  const formatted = [...formatFiles(generated.sources)].map(
    ([path, text]) => [join(sources, path), text] as const,
  );
  const catalog = [join(sources, "full-catalog.json"), generated.fullCatalog] as const;
  return new Map([...formatted, catalog, [page, generated.page]]);
}

function main(): number {
  const places = { sources: values.out, page: values.page };
  const wanted = outputs(places);
  const stale = staleFiles(wanted, places).map((path) => relative(root, path));
  if (values.check) {
    if (stale.length > 0) console.error(`Stale, run npm run generate:\n${stale.join("\n")}`);
    return stale.length > 0 ? 1 : 0;
  }
  writeFiles(wanted, places);
  console.log(stale.length === 0 ? "Everything is up to date." : `Written:\n${stale.join("\n")}`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof CatalogError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
