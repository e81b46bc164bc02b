/** A walk, of either kind, as far as a stream needs it. */
export interface StreamedWalk<V> {
  next(): IteratorResult<V, undefined> | Promise<IteratorResult<V, undefined>>;
  return(): unknown;
}

/** A Web stream of what a walk hands out; it holds nothing itself, so nothing is fetched before it is read. */
export function readableStream<V>(walk: StreamedWalk<V>): ReadableStream<V> {
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
