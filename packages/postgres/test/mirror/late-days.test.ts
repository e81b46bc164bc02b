import { describe, expect, test } from "vitest";
import { openMirror } from "../../src/index.ts";
import { databases, openShared } from "../support/databases.ts";
import { dayText, FakeAPI } from "../support/fake-api.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe.each(databases)("days that the API shows late, in %s,", async (_, target) => {
  const database = await openShared(target);

  test("are all there in the end", async () => {
    const start = Date.parse("2026-11-20T00:10:00Z");
    const clock = { now: start };
    const api = new FakeAPI();
    api.answer = ({ searchParams }) => {
      const [from, to] = ["starting_date", "ending_date"].map((name) =>
        Date.parse(searchParams.get(name) ?? ""),
      );
      const data: unknown[] = [];
      for (let day = from ?? 0; day < (to ?? 0); day += DAY) {
        // Each day is shown 30 hours after its end.
        if (day + DAY + 30 * HOUR <= clock.now)
          data.push({ starting_at: dayText(day), ending_at: dayText(day + DAY), daily_active_user_count: 5 });
      }
      return Response.json({ data, next_page: null });
    };
    const mirror = await openMirror({ database, client: api.client(), now: () => new Date(clock.now) });
    const list = "organization.analytics.summaries";
    await mirror.add({ list, since: new Date(start - 5 * DAY) });
    for (; clock.now < start + 5 * DAY; clock.now += 6 * HOUR) await mirror.run(list);
    const { rows } = await database.query<{ days: number }>(
      `SELECT count(*)::int AS days FROM pageturn.organization_analytics_summaries
       WHERE _deleted_at IS NULL AND _bucket < $1::timestamptz`,
      [dayText(clock.now - 3 * DAY)],
    );
    expect(rows).toEqual([{ days: 7 }]);
  });
});
