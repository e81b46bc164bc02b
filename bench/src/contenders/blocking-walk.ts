import { isMainThread, MessageChannel, type MessagePort, Worker, workerData } from "node:worker_threads";
import type { Job, Walk } from "../process/job.ts";
import { Consumer, type ModelPage, pageURL } from "./consumer.ts";

interface Shared {
  readonly port: MessagePort;
  /** How many bodies have come, and the length of the last one. */
  readonly counts: Int32Array<SharedArrayBuffer>;
  readonly body: Uint8Array<SharedArrayBuffer>;
}

/** Fetches a URL, writes its body into `body`, and returns how many bytes it has. */
type Fetch = (url: string, body: Uint8Array) => Promise<number>;

const ANSWERS = 0;
const LENGTH = 1;

/** The least that a blocking loop needs: a worker that sends, a body in shared memory, and a thread that sleeps. */
class Bridge {
  readonly #shared: Shared;

  constructor(file: string) {
    const { port1, port2 } = new MessageChannel();
    const counts = new Int32Array(new SharedArrayBuffer(8));
    const body = new Uint8Array(new SharedArrayBuffer(2 ** 20));
    this.#shared = { port: port1, counts, body };
    const workerData: Shared = { port: port2, counts, body };
    new Worker(new URL(file), { workerData, transferList: [port2] }).unref();
  }

  text(url: string): string {
    const { port, counts, body } = this.#shared;
    const before = Atomics.load(counts, ANSWERS);
    port.postMessage(url);
    Atomics.wait(counts, ANSWERS, before);
    return Buffer.from(body.buffer, 0, Atomics.load(counts, LENGTH)).toString();
  }
}

function serve({ port, counts, body }: Shared, fetch: Fetch): void {
  port.on("message", async (url: string) => {
    // An error leaves no body: the thread that waits must wake up to fail.
    const length = await fetch(url, body).catch(() => 0);
    Atomics.store(counts, LENGTH, length);
    Atomics.add(counts, ANSWERS, 1);
    Atomics.notify(counts, ANSWERS);
  });
}

/** A blocking loop by hand. `file` is the URL of the caller's own file: the worker loads it too, and calls this again. */
export function blockingWalk(file: string, fetch: Fetch): Walk {
  if (!isMainThread) serve(workerData, fetch);
  let bridge: Bridge | undefined;
  return (job: Job) => {
    bridge ??= new Bridge(file);
    const consumer = new Consumer(job);
    let after: string | null = null;
    do {
      const page: ModelPage = JSON.parse(bridge.text(pageURL(job, after)));
      for (const model of page.data) consumer.take(model);
      after = page.has_more ? page.last_id : null;
    } while (after !== null);
    return consumer.tally;
  };
}
