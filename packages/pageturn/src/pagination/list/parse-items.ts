import { ItemValidationError } from "../../errors/pagination-error.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { maskedURL } from "../../errors/secrets.ts";
import type { PageRequest } from "../request/page-request.ts";
import { writeRequest } from "../request/write-request.ts";

/** The part of Standard Schema 1 that is used: zod, valibot, ArkType and others have it. */
export interface StandardSchema<T> {
  readonly "~standard": {
    readonly version: 1;
    readonly validate: (value: unknown) => ValidationResult<T> | Promise<ValidationResult<T>>;
  };
}

type ValidationResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly ValidationIssue[] };

/** What is wrong with an item, and where in it. */
export interface ValidationIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Checks the items of a page, and may change them. */
export type ItemParser = (items: readonly unknown[], request: PageRequest) => unknown[] | Promise<unknown[]>;

/**
 * The parser of a schema. It throws an {@link ItemValidationError} for the first item that fails.
 *
 * Throws {@link ConfigurationError} for what is not a Standard Schema.
 */
export function itemParser(schema: StandardSchema<unknown>): ItemParser {
  const standard: unknown = Reflect.get(Object(schema), "~standard");
  if (typeof Reflect.get(Object(standard), "validate") !== "function") {
    throw new ConfigurationError(
      "Cannot use the option schema as it must be a Standard Schema, such as those of zod 3.24, valibot 1 or ArkType 2",
    );
  }
  const { validate } = schema["~standard"];
  return (items, request) => {
    const results = items.map((item) => validate(item));
    return results.some((result) => result instanceof Promise)
      ? Promise.all(results).then((settled) => valuesOf(settled, request))
      : // The cast: none of them is a promise.
        valuesOf(results as ValidationResult<unknown>[], request);
  };
}

function valuesOf(results: readonly ValidationResult<unknown>[], request: PageRequest): unknown[] {
  return results.map((result, index) => {
    if (result.issues === undefined) return result.value;
    const issues = result.issues.slice(0, 3).map(({ message, path = [] }) => {
      const keys = path.map((key) => (typeof key === "object" ? key.key : key));
      return keys.length === 0 ? message : `${message} (at ${keys.map(String).join(".")})`;
    });
    const { method, url } = writeRequest(request);
    throw new ItemValidationError(
      `Cannot use item ${index} of the page ${method} ${maskedURL(url)} as it does not fit the schema: ${issues.join("; ")}`,
      { index, issues: result.issues },
    );
  });
}
