import { type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyCases } from "../../src/faults/body-cases.ts";
import { envelopeCases } from "../../src/faults/envelope-cases.ts";
import { listSize } from "../../src/faults/fault-case.ts";
import { pagingCases } from "../../src/faults/paging-cases.ts";
import { type Player, playTo } from "../../src/faults/play-case.ts";
import { walkPageturn } from "../../src/faults/walk-pageturn.ts";
import { walkPageturnSync } from "../../src/faults/walk-pageturn-sync.ts";

// Those of the other groups would block for the seconds that retries wait.
const cases = [...bodyCases, ...pagingCases, ...envelopeCases];

describe("faults, the sync client beside the async one", () => {
  let server: MockServer;
  beforeAll(async () => {
    server = await startMockServer({ items: listSize });
  });
  afterAll(() => server.close());

  it.each(cases)("has the same outcome: $title", async (played) => {
    const outcome = (player: Player) => playTo(server, played, player);
    for (const distinct of played.distinct ? [false, true] : [false]) {
      const expected = await outcome({ walk: walkPageturn, distinct });
      const blocking = await outcome({ walk: walkPageturnSync, distinct });
      // A sync list() that fails on its first page is no walk yet: its error has no checkpoint, and needs none.
      const has = blocking.map((each, at) => ({ ...each, resumes: each.resumes ?? expected[at]?.resumes }));
      expect(has).toEqual(expected);
    }
  });
});
