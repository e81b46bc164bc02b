import { ConfigurationError } from "../errors/configuration-error.ts";
import type { StreamedWalk } from "./readable-stream.ts";

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

/** A Node stream of what a walk hands out; it holds nothing itself, so nothing is fetched before it is read. */
export function nodeReadable<V>(walk: StreamedWalk<V>): NodeReadable<V> {
  // No import: this file is also loaded where there is no Node.
  const node = globalThis.process?.getBuiltinModule?.("node:stream");
  if (node === undefined) {
    throw new ConfigurationError(
      "Cannot make a Node stream without Node 20.16 or later: use toReadableStream()",
    );
  }
  return new node.Readable({
    objectMode: true,
    highWaterMark: 0,
    async read() {
      try {
        const { done, value } = await walk.next();
        if (value === null)
          throw new TypeError("Cannot send null: it ends a Node stream. Use toReadableStream()");
        this.push(done ? null : value);
      } catch (error) {
        // The cast: whatever was thrown has to arrive, an Error or not.
        this.destroy(error as Error);
      }
    },
    destroy(error, callback) {
      Promise.resolve(walk.return()).then(() => callback(error), callback);
    },
  });
}
