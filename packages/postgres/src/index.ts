export type { Database, Queryable } from "./database/database.ts";
export { type OpenDatabaseOptions, openDatabase } from "./database/open-database.ts";
export { Mirror, openMirror } from "./mirror/mirror.ts";
export type * from "./mirror/mirror-types.ts";
