import { PaginationError } from "../errors/pagination-error.ts";
import { ownOptions } from "../pagination/request/own-options.ts";
import {
  type PaginationStrategy,
  type Parameter,
  type StrategyOverrides,
  type StrategyPage,
  setParameter,
} from "../pagination/request/strategy.ts";

/** Options of {@link headerCursor}. */
export interface HeaderCursorOptions extends StrategyOverrides {
  /** The response header with the cursor of the next page. Default `x-next-cursor`. */
  readonly header?: string | undefined;
  /** The parameter that takes it. Default: the query parameter `cursor`. */
  readonly to?: Parameter | undefined;
}

/**
 * Pages by a cursor in a response header. The list ends where the header is absent or empty. A header that is sent several
 * times with different values is a `PaginationError`.
 *
 * @example
 * ```ts
 * const strategy = headerCursor({ header: "x-ms-continuationtoken", to: "continuationToken", items: "value" });
 * ```
 */
export function headerCursor(options: HeaderCursorOptions = {}): PaginationStrategy {
  const {
    header = "x-next-cursor",
    to = "cursor",
    ...overrides
  } = ownOptions("headerCursor", options, { header: "text", to: "parameter" });
  return {
    next: ({ request, response }) => {
      const cursor = onlyValue(header, response);
      return cursor === "" ? null : setParameter(request, to, cursor);
    },
    cursors: [to],
    ...overrides,
  };
}

/** The value of a header; `""` where it is absent. HTTP joins repeated headers by `, `, which no cursor contains. */
function onlyValue(name: string, { headers }: StrategyPage["response"]): string {
  const [value = "", ...others] = (headers.get(name) ?? "").split(/\s*,\s*/);
  if (others.every((other) => other === value)) return value;
  throw new PaginationError(
    `Cannot read the cursor of the next page: the response has the header ${name} several times with different values`,
  );
}
