export {
  keyWithin,
  pauseOnRateLimit,
  RateBudget,
  type RateBudgetOptions,
} from "./budget/rate-budget.ts";
export { defaultMode, isCursor } from "./catalog/list-source.ts";
export type { Database, Queryable } from "./database/database.ts";
export { type OpenDatabaseOptions, openDatabase } from "./database/open-database.ts";
export {
  isOfDatabase as isDatabaseFailure,
  isPassing as isPassingFailure,
  reasonOf,
} from "./database/passing-failure.ts";
export { MirrorWorker, type MirrorWorkerOptions } from "./jobs/mirror-worker.ts";
export { Mirror, openMirror } from "./mirror/mirror.ts";
export type * from "./mirror/mirror-types.ts";
export { MirrorError } from "./mirror-error.ts";
export { schemaName } from "./schema/identifiers.ts";
export { hasMirror } from "./schema/migrations.ts";
export { type ListStatus, type MirrorStatus, readStatus } from "./status/mirror-status.ts";
export { prometheusText } from "./status/prometheus.ts";
export { type StatusServer, type StatusServerOptions, serveStatus } from "./status/status-server.ts";
