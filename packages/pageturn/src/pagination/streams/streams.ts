import { ConfigurationError } from "../../errors/pageturn-error.ts";

/** A readable stream of Node in object mode. */
export type NodeReadable<V> = AsyncIterable<V> &
  NodeJS.ReadableStream & {
    readonly destroyed: boolean;
    destroy(error?: Error): unknown;
  };

/**
 * Returns an object-mode Node.js stream of the values of a walk. It buffers one value at most, and none before it is
 * read. Destroying it leaves the walk.
 *
 * Throws `ConfigurationError` where there is no Node, or one older than 20.16.
 *
 * @example
 * ```ts
 * for await (const model of toReadable(new AsyncAnthropic().models.list().items())) console.log(model.id);
 * ```
 */
export function toReadable<V>(walk: Iterable<V> | AsyncIterable<V>): NodeReadable<V> {
  // Not imported, because this file is also loaded where there is no Node.js.
  const node = globalThis.process?.getBuiltinModule?.("node:stream");
  if (node === undefined)
    throw new ConfigurationError(
      "Cannot create a Node.js stream without Node.js 20.16 or later: use toReadableStream()",
    );
  // A sync walk is read as such: its async iterator is there for `for await` alone, and warns.
  const values = Symbol.iterator in walk ? { [Symbol.iterator]: () => walk[Symbol.iterator]() } : walk;
  return node.Readable.from(values, { highWaterMark: 0 });
}

/** The members of a walk that a stream uses. */
export interface StreamedWalk<V> {
  next(): IteratorResult<V, undefined> | Promise<IteratorResult<V, undefined>>;
  return(): unknown;
}

/**
 * Returns a web stream of the values of a walk. It buffers nothing, so nothing is requested before it is read.
 * Cancelling it leaves the walk.
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
