import * as pagination from "pageturn/pagination";
import { definePages, type PaginationStrategy } from "pageturn/pagination";
import * as strategies from "pageturn/strategies";

/** Runs the code of a candidate as a user who has pasted it, and checks that `definePages` accepts the strategy. */
export function evaluated(code: string): PaginationStrategy {
  const scope: Readonly<Record<string, unknown>> = { ...pagination, ...strategies };
  const strategy = new Function(...Object.keys(scope), `"use strict";\n${code}\nreturn strategy;`)(
    ...Object.values(scope),
  );
  definePages(strategy);
  return strategy;
}
