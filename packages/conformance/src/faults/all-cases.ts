import { bodyCases } from "./body-cases.ts";
import { connectionCases } from "./connection-cases.ts";
import { envelopeCases } from "./envelope-cases.ts";
import type { FaultCase } from "./fault-case.ts";
import { pagingCases } from "./paging-cases.ts";
import { statusCases } from "./status-cases.ts";

/** A part of the table. */
export interface CaseGroup {
  readonly title: string;
  readonly cases: readonly FaultCase[];
}

/** All faults that are played, in the order of the table. */
export const caseGroups: readonly CaseGroup[] = [
  { title: "Statuses", cases: statusCases },
  { title: "Connections", cases: connectionCases },
  { title: "Bodies that are not pages", cases: bodyCases },
  { title: "Cursors and items", cases: pagingCases },
  { title: "Fields that lie or are missing", cases: envelopeCases },
];
