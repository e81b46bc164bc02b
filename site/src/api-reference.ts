import { join } from "node:path";
import { Application } from "typedoc";
import { root } from "./pages.ts";
import { pagesFolder } from "./write-pages.ts";

const source = join(root, "packages/pageturn/src");

/** The entry points of the library whose doc comments are the reference. The types of the lists are in `docs/endpoints`. */
const entryPoints = [
  "pageturn",
  "pagination",
  "strategies",
  "client",
  "paginate",
  "tanstack-query",
  "catalog",
  "testing",
] as const;

/** Writes the API reference into `api/` of the pages. Throws if TypeDoc reports an error or a warning. */
export async function writeApiReference(): Promise<void> {
  const options = {
    plugin: ["typedoc-plugin-markdown"],
    name: "API reference",
    entryPoints: entryPoints.map((name) => join(source, `${name}.ts`)),
    tsconfig: join(source, "tsconfig.json"),
    // `npm run build` checks the sources, with another version of TypeScript.
    skipErrorChecking: true,
    out: join(pagesFolder, "api"),
    readme: "none",
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    logLevel: "Warn",
    // Types that only appear in signatures are shown there and have no page of their own.
    validation: { notExported: false, invalidLink: true, invalidPath: true, notDocumented: false },
    treatValidationWarningsAsErrors: true,
    treatWarningsAsErrors: true,
    // Options of typedoc-plugin-markdown.
    entryFileName: "index",
    fileExtension: ".md",
    hidePageHeader: true,
    hideBreadcrumbs: false,
    useCodeBlocks: true,
    sanitizeComments: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    typeDeclarationFormat: "table",
    propertyMembersFormat: "table",
    indexFormat: "table",
    tableColumnSettings: { hideSources: true, hideInherited: true, hideModifiers: true, hideDefaults: true },
  };
  // The cast: the options of a plugin are not in the types of TypeDoc.
  const application = await Application.bootstrapWithPlugins(options as object);
  const project = await application.convert();
  if (project === undefined)
    throw new Error("Cannot write the API reference because TypeDoc failed: see its messages above");
  application.validate(project);
  await application.generateOutputs(project);
  if (application.logger.hasErrors() || application.logger.hasWarnings())
    throw new Error("Cannot write the API reference because of the messages above: correct the doc comments");
}
