import { fc, test } from "@fast-check/vitest";
import { type Fault, type FaultStep, type MockServer, startMockServer } from "pageturn/testing";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { type ListName, listNames, listSize } from "../../src/faults/fault-case.ts";
import { walkPageturn } from "../../src/faults/walk-pageturn.ts";
import { walkSdk } from "../../src/faults/walk-sdk.ts";
import type { Walked, Walker } from "../../src/faults/walked.ts";

const soon = { "retry-after-ms": "1" };

/** Faults that leave a list walkable: lateness, refusals that pass, and lists that change meanwhile. */
const harmless: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ fault: fc.constant("none" as const) }),
  fc.record({ fault: fc.constant("delay" as const), ms: fc.constantFrom(1, 5) }),
  fc.record({ fault: fc.constant("trickle" as const), chunkBytes: fc.constant(2000) }),
  fc.record({ fault: fc.constant("dropFilters" as const) }),
  fc.record({ fault: fc.constant("itemsInserted" as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ fault: fc.constant("itemsDeleted" as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ fault: fc.constant("duplicateItems" as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ fault: fc.constant("offByOne" as const), by: fc.constantFrom(1 as const, -1 as const) }),
  fc.record({
    fault: fc.constant("status" as const),
    status: fc.constantFrom(408, 409, 429, 500, 503, 529),
    headers: fc.constant(soon),
  }),
);

const script = fc.array(harmless, { maxLength: 12 });

interface Seen extends Walked {
  readonly asked: readonly unknown[];
}

describe("walks of both clients under the same harmless faults", () => {
  let server: MockServer;
  beforeAll(async () => {
    server = await startMockServer({ items: listSize });
  });
  afterAll(() => server.close());

  async function walked(walk: Walker, list: ListName, steps: readonly FaultStep[]): Promise<Seen> {
    await server.clearRequests();
    await server.setScript(steps);
    const result = await walk({ list, url: server.url, apiKey: server.apiKey, played: {} });
    const asked = (await server.requests()).map(({ path, query, fault }) => ({ path, query, fault }));
    return { ...result, asked };
  }

  test.prop([fc.constantFrom(...listNames), script], { numRuns: 100 })(
    "agree on the items and on every request, wherever both claim success",
    async (list, steps) => {
      const own = await walked(walkPageturn, list, steps);
      const sdk = await walked(walkSdk, list, steps);
      expect(own.end.kind).toBe(sdk.end.kind);
      expect(own.asked).toEqual(sdk.asked);
      expect(own.keys).toEqual(sdk.keys);
    },
  );
});
