import { readFileSync } from "node:fs";
import type { FaultName } from "pageturn/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { caseGroups } from "../../src/faults/all-cases.ts";
import { faultsPage } from "../../src/faults/faults-page.ts";
import { ownVersion } from "../../src/faults/own-version.ts";
import { type GroupVerdicts, playAll } from "../../src/faults/play-all.ts";
import type { ListVerdict } from "../../src/faults/play-case.ts";
import { neverKinds } from "../../src/faults/verdict.ts";

/** Every fault of the kit. The type makes the compiler ask for the ones that are missing. */
const kit: Readonly<Record<Exclude<FaultName, "none">, true>> = {
  delay: true,
  status: true,
  cursorExpired: true,
  itemsInserted: true,
  itemsDeleted: true,
  dropFilters: true,
  repeatCursor: true,
  cycle: true,
  endless: true,
  offByOne: true,
  emptyPage: true,
  duplicateItems: true,
  hasMore: true,
  setFields: true,
  dropFields: true,
  setItemFields: true,
  dropItemFields: true,
  contentType: true,
  body: true,
  truncatedJson: true,
  garbageBody: true,
  gzipBomb: true,
  reset: true,
  cutOff: true,
  trickle: true,
  never: true,
  garbageHttp: true,
};

describe("faults, pageturn beside the official SDK", () => {
  let groups: readonly GroupVerdicts[] = [];
  beforeAll(async () => {
    groups = await playAll();
  });

  function own(): (ListVerdict & { readonly title: string })[] {
    return groups.flatMap(({ verdicts }) =>
      verdicts.flatMap(({ title, pageturn, distinct }) =>
        [...pageturn, ...(distinct ?? [])].map((verdict) => ({ ...verdict, title })),
      ),
    );
  }

  it("plays every fault of the kit, each under a title of its own", () => {
    const cases = caseGroups.flatMap((group) => group.cases);
    const played = new Set(cases.flatMap(({ script }) => script.map(({ fault }) => fault)));
    expect([...played].sort()).toEqual(Object.keys(kit).sort());
    expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  });

  it("never loses or repeats anything in silence, never goes on for ever, never throws a wrong class", () => {
    expect(own().filter(({ kind }) => neverKinds.includes(kind))).toEqual([]);
  });

  it("gives every error a checkpoint that completes the walk once the fault is gone", () => {
    const errors = own().filter(({ kind }) => kind === "error");
    expect(errors.length).toBeGreaterThan(100);
    expect(errors.filter(({ resumes }) => resumes !== true)).toEqual([]);
  });

  it("drops with distinctBy what the server sends twice", () => {
    const again = groups.flatMap(({ verdicts }) => verdicts.flatMap(({ distinct }) => distinct ?? []));
    expect(again.length).toBeGreaterThan(0);
    expect(again.filter(({ kind }) => kind !== "exact" && kind !== "error")).toEqual([]);
  });

  it("is what docs/faults.md says", () => {
    const file = new URL("../../../../docs/faults.md", import.meta.url);
    expect(readFileSync(file, "utf8"), "Run: npm run faults").toBe(faultsPage(groups, ownVersion()));
  });
});
