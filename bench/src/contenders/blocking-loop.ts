import { isMainThread, MessageChannel, type MessagePort, Worker, workerData } from "node:worker_threads";
import { request } from "undici";
import type { Job, Tally } from "../process/job.ts";
import { Consumer, HEADERS, type ModelPage, pageURL } from "./consumer.ts";

interface Shared {
  readonly port: MessagePort;
  /** How many bodies have come, and the length of the last one. */
  readonly counts: Int32Array<SharedArrayBuffer>;
  readonly body: Uint8Array<SharedArrayBuffer>;
}

const ANSWERS = 0;
const LENGTH = 1;

/** The least that a blocking loop needs: a worker that sends, a body in shared memory, and a thread that sleeps. */
class Bridge {
  readonly #shared: Shared;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    const counts = new Int32Array(new SharedArrayBuffer(8));
    const body = new Uint8Array(new SharedArrayBuffer(2 ** 20));
    this.#shared = { port: port1, counts, body };
    const workerData: Shared = { port: port2, counts, body };
    new Worker(new URL(import.meta.url), { workerData, transferList: [port2] }).unref();
  }

  text(url: string): string {
    const { port, counts, body } = this.#shared;
    const before = Atomics.load(counts, ANSWERS);
    port.postMessage(url);
    Atomics.wait(counts, ANSWERS, before);
    return Buffer.from(body.buffer, 0, Atomics.load(counts, LENGTH)).toString();
  }
}

async function answer(url: string, { counts, body }: Shared): Promise<void> {
  const response = await request(url, { headers: HEADERS });
  const bytes = await response.body.bytes();
  body.set(bytes);
  Atomics.store(counts, LENGTH, response.statusCode === 200 ? bytes.byteLength : 0);
  Atomics.add(counts, ANSWERS, 1);
  Atomics.notify(counts, ANSWERS);
}

function serve(shared: Shared): void {
  shared.port.on("message", (url: string) => {
    answer(url, shared).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
}

let bridge: Bridge | undefined;

export function walk(job: Job): Tally {
  bridge ??= new Bridge();
  const consumer = new Consumer(job);
  let after: string | null = null;
  do {
    const page: ModelPage = JSON.parse(bridge.text(pageURL(job, after)));
    for (const model of page.data) consumer.take(model);
    after = page.has_more ? page.last_id : null;
  } while (after !== null);
  return consumer.tally;
}

if (!isMainThread) serve(workerData);
