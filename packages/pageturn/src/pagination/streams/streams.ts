import { ConfigurationError } from "../../errors/pageturn-error.ts";

declare global {
  // biome-ignore lint/style/noNamespace: this is where the types of Node have it; empty where there are none.
  namespace NodeJS {
    interface ReadableStream {}
  }
}

/** A readable stream of Node in object mode. */
export type NodeReadable<V> = AsyncIterable<V> &
  NodeJS.ReadableStream & {
    readonly destroyed: boolean;
    destroy(error?: Error): unknown;
  };

/**
 * An object-mode stream of Node of what a walk hands out. It holds one item at most, and none that nobody waits for yet;
 * destroying it leaves the walk.
 *
 * Throws `ConfigurationError` where there is no Node, or one older than 20.16.
 *
 * @example
 * ```ts
 * for await (const model of toReadable(new AsyncAnthropic().models.list().items())) console.log(model.id);
 * ```
 */
export function toReadable<V>(walk: Iterable<V> | AsyncIterable<V>): NodeReadable<V> {
  // No import: this file is also loaded where there is no Node.
  const node = globalThis.process?.getBuiltinModule?.("node:stream");
  if (node === undefined) {
    throw new ConfigurationError(
      "Cannot make a Node stream without Node 20.16 or later: use toReadableStream()",
    );
  }
  return node.Readable.from(walk, { highWaterMark: 0 });
}

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
