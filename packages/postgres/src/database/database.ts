/** What runs SQL: a database, or a transaction of it. Parameters are sent apart from the text. */
export interface Queryable {
  query<R extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly R[]; readonly rowCount: number }>;
}

/** PostgreSQL, or PGlite in a folder. */
export interface Database extends Queryable {
  readonly kind: "postgres" | "pglite";
  /** Commits when the promise of `body` is fulfilled, and rolls back when it is rejected. */
  transaction<T>(body: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** Runs one or several statements without parameters. Returns the rows of all of them. */
  execute(text: string): Promise<readonly Record<string, unknown>[]>;
  /** Ends the connections once their statements have ended, and cuts those that do not end within 5 seconds. */
  close(): Promise<void>;
}
