export type { Database, Queryable } from "./database/database.ts";
