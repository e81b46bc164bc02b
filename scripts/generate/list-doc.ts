import { clientPath } from "./camel-case.ts";
import type { CatalogEndpoint } from "./catalog.ts";
import { docComment } from "./doc-comment.ts";
import { boundText } from "./param-types.ts";

/** The JSDoc of a `list()`. */
export function listDoc(endpoint: CatalogEndpoint): string {
  const { lists, path, page, auth, notes, supersededBy } = endpoint;
  return docComment(
    [
      `Lists ${lists}.`,
      `\`GET ${path}\` in pages of the class \`${page}\`. ${pageSize(endpoint)}`,
      `${stabilityNote(endpoint)}Credentials: ${auth}`,
      notes,
      supersededBy === null ? null : `@deprecated Use \`${clientPath(supersededBy)}\`.`,
    ],
    "  ",
  );
}

function pageSize({ params }: CatalogEndpoint): string {
  const limit = params.find(({ name }) => name === "limit");
  const size = limit?.default ?? null;
  const max = limit?.max ?? null;
  const normal = typeof size === "number" || (typeof size === "object" && size !== null) ? size : null;
  if (normal === null && max === null) return "The size of its pages is not documented.";
  const whole = normal === null ? "Page size: not documented" : `Page size: ${boundText(normal)}`;
  return `${whole}${max === null ? "" : `, at most ${boundText(max)}`}.`;
}

function stabilityNote({ stability, betas }: CatalogEndpoint): string {
  if (stability === "beta") return "Beta: it may change. ";
  return betas === null || betas.length === 0 ? "" : "It needs a beta header, which is sent. ";
}
