import type { Endpoint } from "./endpoint.ts";

/** An endpoint as the runtime table holds it: most ids follow from the path, and browsers load every byte. */
export interface EndpointRow extends Omit<Endpoint, "id" | "page" | "betas"> {
  /** The id, where it does not follow from the path. */
  readonly id?: string;
  /** Default `PageCursor`. */
  readonly page?: Endpoint["page"];
  /** Default none. */
  readonly betas?: Endpoint["betas"];
  /** The id is that of the path, below `beta`. */
  readonly beta?: true;
}

/** The endpoint of a row: `/v1/organizations/users` is `organization.users`. */
export function endpointOf(row: EndpointRow): Endpoint {
  const { path, beta } = row;
  const place = path
    .slice("/v1/".length)
    .replaceAll(/\/\{\w+\}/g, "")
    .replaceAll("/", ".");
  const id = row.id ?? (beta === true ? "beta." : "") + place.replace(/^organizations/, "organization");
  return { page: "PageCursor", betas: [], ...row, id };
}
