import type { PageName } from "./list-of.ts";

/** One field of an item. */
export interface FullField {
  readonly name: string;
  readonly type: string;
  /** The values that are known. */
  readonly enum?: readonly string[];
  readonly optional?: boolean;
  readonly nullable?: boolean;
}

/** The fields of an item, or the alternatives where items are a union; none where nothing is known of them. */
export type FullItems =
  | readonly FullField[]
  | { readonly union: readonly { readonly type: string; readonly fields: readonly FullField[] }[] };

/** One query parameter, by its name on the wire. */
export interface FullParam {
  readonly wire: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean | Readonly<Record<string, number>>;
  readonly min?: number;
  /** One number, or one for each value of the parameter that decides. */
  readonly max?: number | Readonly<Record<string, number>>;
}

/** An endpoint with all that is known of it, for those who play the API. */
export interface FullEndpoint {
  readonly id: string;
  readonly path: string;
  readonly page: PageName;
  readonly itemsKey: string;
  /** The fields of a body: `"name: type"`, or `"name?: type"` where it may be absent. */
  readonly envelope: readonly string[];
  readonly betaHeader: readonly string[];
  readonly queryParams: readonly FullParam[];
  readonly itemFields: FullItems;
}
