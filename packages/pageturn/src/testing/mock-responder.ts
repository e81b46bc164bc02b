import type { APICatalog } from "../anthropic/catalog/api-catalog.ts";
import { type Answer, encodeText } from "./answer.ts";
import { catalogEndpoints } from "./catalog-endpoints.ts";
import { bombText, replaced } from "./faults/answer-fault.ts";
import type { Fault } from "./faults/fault.ts";
import { MockAPI, type Reply } from "./mock-api.ts";
import { type MockServerOptions, serverConfig } from "./server-config.ts";

/**
 * The mock server as a function from request to response, for a service worker: without a server and without Node.js. It
 * plays all faults; a connection that fails is a response that cannot be read. It ignores the option `compress`, because
 * a browser does not unpack what a service worker responds with.
 *
 * Throws `ConfigurationError` if an option does not exist or cannot be used.
 */
export class MockResponder {
  readonly #api: MockAPI;

  constructor(options: MockServerOptions, catalog: APICatalog) {
    this.#api = new MockAPI(serverConfig(options), catalogEndpoints(catalog));
  }

  /** Returns the response to a request. `target` is its path and query, as the API has them. */
  async respond(request: Request, target: string): Promise<Response> {
    const { method } = request;
    const reply = this.#api.receive({ method, target, headers: Object.fromEntries(request.headers) });
    await elapsed(reply.delayMs);
    const answer = reply.fault.fault === "gzipBomb" ? unpackedBomb(reply) : reply.answer;
    reply.sending(answer);
    return play({ ...reply, answer });
  }
}

/** The answer of the fault `gzipBomb`, whose body is sent as a stream. */
function unpackedBomb({ answer: { headers } }: Reply): Answer {
  const bomb = replaced(new Uint8Array());
  return { ...bomb, headers: { ...headers, ...bomb.headers } };
}

function play({ answer, fault }: Reply): Response | Promise<Response> {
  const { body } = answer;
  const half = body.subarray(0, Math.floor(body.byteLength / 2));
  const stream = (send: Send, after: "close" | "fail" | "wait" = "close") => {
    return responseOf(answer, bodyStream(send, after));
  };
  switch (fault.fault) {
    case "garbageHttp":
      return Response.error();
    case "reset":
      if (fault.at === "beforeHeaders" || fault.at === "insideHeaders") return Response.error();
      return stream((push) => push(fault.at === "insideBody" ? half : body.subarray(0, 0)), "fail");
    case "cutOff":
      return stream((push) => push(half), "fail");
    case "trickle":
      return stream((push) => trickle(body, fault, push));
    case "never":
      if ((fault.after ?? "nothing") === "nothing") return new Promise(() => {});
      return stream((push) => push(fault.after === "halfBody" ? half : body.subarray(0, 0)), "wait");
    case "gzipBomb":
      return stream((push) => pushBomb(fault, push));
    default:
      return responseOf(answer, body.slice());
  }
}

function responseOf({ status, headers }: Answer, body: BodyInit): Response {
  const hasBody = ![101, 204, 205, 304].includes(status);
  return new Response(hasBody ? body : null, { status, headers });
}

/** Sends bytes, and resolves when the reader has taken them. */
type Push = (bytes: Uint8Array) => Promise<void>;
type Send = (push: Push) => Promise<void>;

function bodyStream(send: Send, after: "close" | "fail" | "wait"): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const run = async (): Promise<void> => {
    await send((bytes) => (bytes.byteLength === 0 ? Promise.resolve() : writer.write(bytes)));
    if (after === "close") await writer.close();
    if (after === "fail") await writer.abort(new Error("The connection was closed"));
  };
  // A reader that leaves rejects the writes, and nobody is left who could be told.
  run().catch(() => {});
  return readable;
}

async function trickle(body: Uint8Array, fault: Fault<"trickle">, push: Push): Promise<void> {
  const { chunkBytes = 16, everyMs = 1 } = fault;
  for (let sent = 0; sent < body.byteLength; sent += chunkBytes) {
    await push(body.subarray(sent, sent + chunkBytes));
    await elapsed(everyMs);
  }
}

const block = encodeText(" ".repeat(2 ** 20));

/** Sends the unpacked body: a browser does not unpack what a service worker responds with. */
async function pushBomb(fault: Fault<"gzipBomb">, push: Push): Promise<void> {
  const { head, spaces, tail } = bombText(fault);
  await push(head);
  for (let left = spaces; left > 0; left -= block.byteLength) await push(block.subarray(0, left));
  await push(tail);
}

function elapsed(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
