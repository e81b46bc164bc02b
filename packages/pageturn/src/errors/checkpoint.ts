/**
 * A position in a walk, as plain JSON: after the last item that was handed out.
 *
 * It holds no credential and no host, so it can be stored anywhere. Keep it and pass it back as
 * `resumeFrom`; its members are the library's own business and may change with `v`.
 *
 * It stands in this room because errors carry one; `pagination/checkpoint.ts` makes and checks it.
 */
export interface Checkpoint {
  /** The version of this form. */
  readonly v: 1;
  /** The path of the list, without host. */
  readonly path: string;
  /** What the list was asked for, as it is written in a URL: the filters that a resumed walk has to repeat. */
  readonly query: Readonly<Record<string, unknown>>;
  /** The JSON body that the list was asked with; absent where it has none. */
  readonly json?: Readonly<Record<string, unknown>>;
  /** How the request of the page under the walk differs: what it adds, and (null) what it leaves out. */
  readonly at: {
    /** Only where a link led to another path: such a checkpoint is refused. */
    readonly path?: string;
    readonly query: Readonly<Record<string, unknown>>;
    /** Only where the list has a JSON body. */
    readonly json?: Readonly<Record<string, unknown>>;
  };
  /** How many items of that page have been handed out. */
  readonly offset: number;
  /** The key of the last item handed out, from that page or, where `offset` is 0, from one before; null where it is not known. */
  readonly last: string | null;
  /** Only where the items of that page were handed out in the opposite order (`order: "traversal"`). */
  readonly reversed?: boolean;
}
