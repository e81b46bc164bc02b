/**
 * A position in a walk, as plain JSON: after the last item that was returned.
 *
 * It holds no credential and no host, so it can be stored anywhere. Pass it back as `resumeFrom`. Its members are
 * internal and may change with `v`. It is in this folder because errors carry one; `pagination/checkpoint/` makes and
 * checks it.
 */
export interface Checkpoint {
  /** The version of the form. */
  readonly v: number;
}
