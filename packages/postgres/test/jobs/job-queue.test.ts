import { expect, test } from "vitest";
import { openDatabase } from "../../src/database/open-database.ts";
import { openQueue, PARTS } from "../../src/jobs/job-queue.ts";
import { startPostgres } from "../support/postgres-server.ts";

test("workers that start at the same time open one queue", async () => {
  await using server = await startPostgres();
  const database = await openDatabase(await server.createDatabase());
  for (let time = 0; time < 20; time++) {
    const schema = `at_once_${time}`;
    const errors: Error[] = [];
    const opened = await Promise.allSettled(
      Array.from({ length: 6 }, () =>
        openQueue(database, { schema, onError: (error) => errors.push(error) }),
      ),
    );
    expect(opened.flatMap((each) => (each.status === "rejected" ? [each.reason] : []))).toEqual([]);
    for (const each of opened) {
      if (each.status === "rejected") continue;
      expect(await each.value.getQueue(PARTS)).toMatchObject({ name: PARTS });
      await each.value.stop({ close: false });
    }
    expect(errors).toEqual([]);
  }
  await database.close();
});
