/**
 * Measures what a part of a child list costs a worker, for few and for many parents: a list of members with one page for each
 * workspace. Prints the milliseconds for each part. The exit code is 1 if a part of many costs more than twice as much.
 *
 *     node packages/postgres/scripts/many-parts.ts [parents]
 */
import { AsyncAnthropic } from "pageturn";
import { MirrorWorker, openDatabase, openMirror } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres-server.ts";

const many = Number(process.argv[2] ?? 10_000);
const PAGE = 1000;
await using server = await startPostgres();

/** A client of an API with so many workspaces, each with one member. */
function clientOf(parents: number): AsyncAnthropic {
  const page = (ids: readonly string[], fields: (id: string) => object, more: boolean) =>
    Response.json({
      data: ids.map(fields),
      has_more: more,
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null,
    });
  return new AsyncAnthropic({
    apiKey: "none",
    fetch: async (input) => {
      const url = new URL(input instanceof Request ? input.url : String(input));
      const [, workspace] = /workspaces\/([^/]+)\/members/.exec(url.pathname) ?? [];
      if (workspace !== undefined)
        return page(
          ["user"],
          (user_id) => ({ type: "workspace_member", user_id, workspace_id: workspace }),
          false,
        );
      const first = Number(url.searchParams.get("after_id")?.slice("wrkspc_".length) ?? -1) + 1;
      const last = Math.min(first + PAGE, parents);
      const ids = Array.from({ length: last - first }, (_, index) => `wrkspc_${first + index}`);
      return page(ids, (id) => ({ type: "workspace", id }), last < parents);
    },
  });
}

async function millisecondsPerPart(parents: number): Promise<number> {
  const database = await openDatabase(await server.createDatabase());
  const mirror = await openMirror({ database, client: clientOf(parents) });
  await mirror.add({ list: "organization.workspaces" });
  await mirror.run("organization.workspaces");
  await mirror.add({ list: "organization.workspaces.members", parents: "organization.workspaces" });
  const begin = performance.now();
  await new Promise<void>((resolve, reject) => {
    const worker = new MirrorWorker({
      mirror,
      database,
      onRun: ({ name, rows }) => {
        if (name !== "organization.workspaces.members") return;
        if (rows !== parents) reject(new Error(`There are ${rows} rows of ${parents}`));
        worker.stop().then(resolve, reject);
      },
      onError: (error) => console.error(error.message),
    });
    worker.start().catch(reject);
  });
  const each = (performance.now() - begin) / parents;
  console.log(`${String(parents).padStart(7)} parts: ${each.toFixed(1)} ms for each`);
  await database.close();
  return each;
}

const few = await millisecondsPerPart(Math.round(many / 10));
if ((await millisecondsPerPart(many)) > 2 * few) process.exitCode = 1;
