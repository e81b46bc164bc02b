import type { PgBoss } from "pg-boss";
import { sha256 } from "../catalog/row-values.ts";
import type { Database } from "../database/database.ts";
import { checkCanCreate, hasSchema } from "../schema/migrations.ts";

/** The work of a job: one part of a run. */
export interface PartJob {
  readonly name: string;
  readonly runId: number;
  readonly partId: number;
}

/** The queue of all parts. */
export const PARTS = "pageturn-parts";

/**
 * How long a part may take, in seconds. A part has all pages of a slice of time: with the default of pg-boss, 15 minutes, one that
 * takes longer would be started again beside itself. A worker that dies is noticed by its heartbeat.
 */
const EXPIRE = 24 * 3600;
/** The least that pg-boss allows, in seconds. */
const HEARTBEAT = 10;

/** What pg-boss takes as the name of a schema without quotes. It allows 50 bytes. */
const PLAIN = /^[a-z_][a-z0-9_]{0,44}$/;

/** The schema of the queue of a mirror: `<schema>_jobs`, or a name with a hash where pg-boss would not take that. */
function jobSchemaOf(schema: string): string {
  if (PLAIN.test(schema)) return `${schema}_jobs`;
  return `pageturn_jobs_${sha256(schema).slice(0, 10)}`;
}

/**
 * Opens the queue on the database of a mirror, and creates its tables in a schema of its own. Every process opens its own.
 * Errors of the queue, such as a connection that breaks, go to `onError`; it goes on by itself.
 */
export async function openQueue(
  database: Database,
  options: { readonly schema: string; readonly onError: (error: Error) => void },
): Promise<PgBoss> {
  const { schema, onError } = options;
  const jobSchema = jobSchemaOf(schema);
  const isNew = !(await hasSchema(database, jobSchema));
  if (isNew) await checkCanCreate(database, jobSchema);
  // It is loaded by workers alone: with what it needs, it is a hundred files.
  const { PgBoss: Queue } = await import("pg-boss");
  const boss = new Queue({
    db: {
      async executeSql(text, values = []) {
        if (values.length > 0) return { rows: [...(await database.query(text, values)).rows] };
        return { rows: [...(await database.execute(text))] };
      },
    },
    backend: database.kind,
    schema: jobSchema,
    createSchema: isNew,
    // What is due is decided by the lists.
    schedule: false,
    // How soon a job is given to another worker after its own has died.
    monitorIntervalSeconds: 2,
    superviseIntervalSeconds: 2,
    // The check of vacuum and indexes is for queues of another size.
    reindex: false,
    monitorVacuum: false,
  });
  boss.on("error", onError);
  try {
    await boss.start();
    await boss.createQueue(PARTS, {
      // One job for each part, queued or active.
      policy: "exclusive",
      expireInSeconds: EXPIRE,
      heartbeatSeconds: HEARTBEAT,
      // The API or the network may be away for long. What is left after these is queued again with the next run of the list.
      retryLimit: 10,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 300,
      deleteAfterSeconds: 3600,
    });
  } catch (error) {
    // What has begun looks for work again and again, also if the rest has failed.
    await boss.stop({ graceful: false, close: false }).catch(() => {});
    // Another worker has created the tables at the same time: now they are there.
    if (isNew && (await hasSchema(database, jobSchema))) return openQueue(database, options);
    throw error;
  }
  return boss;
}
