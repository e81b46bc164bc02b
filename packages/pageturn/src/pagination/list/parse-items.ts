import { requestName } from "../../errors/api-error.ts";
import { ConfigurationError } from "../../errors/pageturn-error.ts";
import { ItemValidationError } from "../../errors/pagination-error.ts";
import type { BasePage } from "../page/base-page.ts";
import { isPlainObject, isThenable } from "../request/check-option.ts";
import { requestMethod } from "../request/page-request.ts";
import type { ItemParser } from "../walk/walk-options.ts";

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
  return (page) => {
    const results: unknown[] = [];
    try {
      for (const item of page.data) results.push(schema["~standard"].validate(copyOf(item)));
    } catch (error) {
      // The failures of those before it would be reported as not handled.
      for (const result of results) if (isThenable(result)) result.then(undefined, () => undefined);
      throw error;
    }
    return results.some(isThenable)
      ? Promise.all(results).then((settled) => valuesOf(settled, page))
      : valuesOf(results, page);
  };
}

/** The next cursor may be the id of the last item: a schema that changes its input must not change it. */
function copyOf(item: unknown): unknown {
  return isPlainObject(item) ? { ...item } : item;
}

function valuesOf(results: readonly unknown[], page: BasePage<unknown>): unknown[] {
  return results.map((returned, index) => {
    if (!isResult(returned))
      throw new ConfigurationError(
        "Cannot use the option schema as its validate() must return an object with a value or with issues",
      );
    const result = returned;
    if (result.issues === undefined) return result.value;
    const issues = result.issues.slice(0, 3).map(({ message, path = [] }) => {
      const keys = path.map((key) => (typeof key === "object" ? key.key : key));
      return keys.length === 0 ? message : `${message} (at ${keys.map(String).join(".")})`;
    });
    const name = requestName({ method: requestMethod(page.request), url: page.response.url });
    throw new ItemValidationError(
      `Cannot use item ${index} of the page ${name} as it does not fit the schema: ${issues.join("; ")}`,
      { index, item: page.data[index], issues: result.issues },
    );
  });
}

function isResult(value: unknown): value is ValidationResult<unknown> {
  // The errors of ArkType are an array that has itself as `issues`.
  if (typeof value !== "object" || value === null) return false;
  const issues: unknown = Reflect.get(value, "issues");
  return issues === undefined ? "value" in value : Array.isArray(issues);
}
