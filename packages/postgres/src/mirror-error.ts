import { PageturnError } from "pageturn";

/**
 * The mirror or its database refuses a call. `kind` is `"refused"` if the call has to be another one, such as a name that the mirror does not
 * have or a list that cannot be mirrored so, and `"database"` if the database cannot be used: another process has it open, a newer
 * release has changed it, or it does not answer. Errors of the API and of SQL statements have classes of their own.
 */
export class MirrorError extends PageturnError {
  override readonly name = "MirrorError";
  readonly kind: "refused" | "database";

  constructor(message: string, { kind = "refused" }: { readonly kind?: "refused" | "database" } = {}) {
    super(message);
    this.kind = kind;
  }
}
