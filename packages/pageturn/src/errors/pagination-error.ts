import { PageturnError } from "./pageturn-error.ts";

/** A walk cannot continue: there is no next page, or the cursors of the server lead nowhere. */
export class PaginationError extends PageturnError {
  /** @internal */
  static override readonly pageturnClass: string = "PaginationError";
}

/** The server led a walk back to a page that it had already requested. */
export class PaginationCycleError extends PaginationError {
  /** @internal */
  static override readonly pageturnClass: string = "PaginationCycleError";
}

/** A checkpoint cannot be resumed from: it is damaged, or belongs to another list or other filters. */
export class CheckpointError extends PageturnError {
  /** @internal */
  static override readonly pageturnClass: string = "CheckpointError";
}

/**
 * A list is incomplete. It ended and contradicts itself: the server says that there is more and gives no way there, or it
 * declares a total that was not reached. Or a response has no field for items: the walk stands before that page, and the
 * next `next()` requests it again. Thrown after the last item before that place. `checkpoint` is the position there.
 */
export class IncompleteListError extends PaginationError {
  /** @internal */
  static override readonly pageturnClass: string = "IncompleteListError";
  /** Why the list is incomplete. */
  readonly because: "moreAnnounced" | "totalNotReached" | "noItems";
  /** The `request-id` header of the response where the list is incomplete; `null` where it has none. */
  readonly requestId: string | null;

  constructor(message: string, { because, requestId }: Pick<IncompleteListError, "because" | "requestId">) {
    super(message);
    this.because = because;
    this.requestId = requestId;
  }
}

/**
 * An item does not fit the schema of its list. The walk stands before the page; the next `next()` requests it again.
 *
 * `item` and `issues` hold data of the server: logs, `util.inspect()` and JSON do not show them.
 */
export class ItemValidationError extends PaginationError {
  /** @internal */
  static override readonly pageturnClass: string = "ItemValidationError";
  /** The place of the item on its page, from 0. */
  readonly index: number;
  readonly #item: unknown;
  readonly #issues: readonly { readonly message: string }[];

  constructor(
    message: string,
    options: {
      readonly index: number;
      readonly item?: unknown;
      readonly issues: readonly { readonly message: string }[];
    },
  ) {
    super(message);
    this.index = options.index;
    this.#item = options.item;
    this.#issues = options.issues;
  }

  /** The item as the server sent it. */
  get item(): unknown {
    return this.#item;
  }

  /** What the schema says is wrong. Some schemas put parts of the item in it. */
  get issues(): readonly { readonly message: string }[] {
    return this.#issues;
  }
}
