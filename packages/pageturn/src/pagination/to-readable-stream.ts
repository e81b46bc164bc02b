/** A walk, of either kind, as far as a stream needs it. */
export interface StreamedWalk<V> {
  next(): IteratorResult<V, undefined> | Promise<IteratorResult<V, undefined>>;
  return(): unknown;
}

/**
 * A Web stream of what a walk hands out. It holds nothing itself, so nothing is asked for before it is read; cancelling
 * it leaves the walk.
 *
 * @example
 * ```ts
 * const models = toReadableStream(new AsyncAnthropic().models.list().items());
 * await models.pipeTo(new WritableStream({ write: (model) => console.log(model.id) }));
 * ```
 */
export function toReadableStream<V>(walk: StreamedWalk<V>): ReadableStream<V> {
  return new ReadableStream<V>(
    {
      async pull(controller) {
        const { done, value } = await walk.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await walk.return();
      },
    },
    { highWaterMark: 0 },
  );
}
