import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isError } from "../errors/instance-of.ts";
import { type Answer, ApiProblem, compressAnswer, errorAnswer } from "./answer.ts";
import type { ListChange } from "./data/list-changes.ts";
import { encodePosition, hashText } from "./data/position-code.ts";
import { playBodyFault, playStatusFault } from "./faults/answer-fault.ts";
import { playConnectionFault, whatArrives } from "./faults/connection-fault.ts";
import type { Fault } from "./faults/fault.ts";
import { type FaultScript, ScriptPlayer } from "./faults/fault-script.ts";
import { ListResponder, type PagePrompt } from "./list-responder.ts";
import { type LogEntry, RequestLog } from "./request-log.ts";
import { type IncomingRequest, readTarget } from "./route-table.ts";
import type { RateLimit, ServerConfig } from "./server-config.ts";

/**
 * The HTTP server of the mock server: receives, counts and logs requests, plays the script and sends the
 * answers.
 */
export class MockHTTPServer {
  readonly log: RequestLog;
  readonly #config: ServerConfig;
  readonly #responder: ListResponder;
  readonly #rate: RateWindow;
  readonly #idKey: number;
  readonly #server: Server;
  #player: ScriptPlayer;
  #received = 0;

  constructor(config: ServerConfig) {
    this.#config = config;
    this.log = new RequestLog(config.maxLoggedRequests);
    this.#responder = new ListResponder(config);
    this.#rate = new RateWindow(config.rateLimit);
    this.#idKey = hashText("request-id", config.seed);
    this.#player = new ScriptPlayer(config.script);
    this.#server = createServer({ keepAliveTimeout: 120_000 }, (request, response) =>
      this.#serve(request, response),
    );
  }

  /** Listens on a free port of the loopback address. Resolves with the base URL. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}`;
  }

  /** Closes all connections, also those that wait for an answer. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Replaces the script. It is played from its first step. */
  play(script: FaultScript): void {
    this.#player = new ScriptPlayer(script);
  }

  /** Changes the items of a path. Throws `ConfigurationError` where that cannot be done. */
  mutate(path: string, change: ListChange): void {
    this.#responder.mutate(path, change);
  }

  #serve(message: IncomingMessage, response: ServerResponse): void {
    message.resume();
    const { method = "", url = "", headers } = message;
    const number = ++this.#received;
    const requestId = `req_${encodePosition(this.#idKey, { position: number, salt: 0 })}`;
    const sent = { status: null, items: null, fault: null };
    const entry: LogEntry = { number, method, target: url, headers, requestId, ...sent };
    this.log.push(entry);
    const incoming: IncomingRequest = { method, headers, ...readTarget(url) };
    guard(response, () => this.#reply(incoming, response, entry));
  }

  #reply(incoming: IncomingRequest, response: ServerResponse, entry: LogEntry): void {
    const rate = this.#rate.take(Date.now());
    const common = { "request-id": entry.requestId, ...rate.headers };
    if (!rate.allowed) {
      const problem = new ApiProblem(429, "This request would exceed your organization's rate limit");
      this.#send({ response, entry, common }, errorAnswer(problem, entry.requestId));
      return;
    }
    const prompt = this.#responder.read(incoming);
    const page = prompt instanceof ApiProblem ? null : prompt.plan.page;
    const fault = this.#player.next({ path: incoming.path, page });
    const plain = this.#answer(prompt, fault, entry.requestId);
    const { compress: coding } = this.#config;
    const accept = incoming.headers["accept-encoding"];
    const answer = coding === false ? plain : compressAnswer(plain, { coding, accept });
    const delay = this.#latency(page) + (fault.fault === "delay" ? fault.ms : 0);
    const sending: Sending = { response, entry, common, fault };
    if (delay === 0) this.#send(sending, answer);
    // Unref'd, so that a pending answer does not delay `close()`.
    else setTimeout(() => guard(response, () => this.#send(sending, answer)), delay).unref();
  }

  #answer(prompt: PagePrompt | ApiProblem, fault: Fault, requestId: string): Answer {
    const hasCursor = !(prompt instanceof ApiProblem) && prompt.request.cursor !== null;
    const refused = playStatusFault(fault, { hasCursor, requestId });
    return refused ?? playBodyFault(this.#responder.answer(prompt, { fault, requestId }), fault);
  }

  #send({ response, entry, common, fault = { fault: "none" } }: Sending, answer: Answer): void {
    const arrives = whatArrives(fault);
    entry.status = arrives === "nothing" ? null : answer.status;
    entry.items = arrives === "all" ? answer.items : null;
    if (fault.fault !== "none") entry.fault = fault.fault;
    const headers = { ...common, ...answer.headers };
    if (playConnectionFault(response, { ...answer, headers }, fault)) return;
    response.writeHead(answer.status, { ...headers, "content-length": answer.body.byteLength });
    response.end(answer.body);
  }

  #latency(page: number | null): number {
    const steps = [this.#config.latencyMs].flat();
    return steps[(page ?? 1) - 1] ?? steps.at(-1) ?? 0;
  }
}

interface Sending {
  readonly response: ServerResponse;
  readonly entry: LogEntry;
  readonly common: Readonly<Record<string, string>>;
  readonly fault?: Fault;
}

/**
 * A script can contain a header that HTTP does not allow. This must close the connection, not end the server.
 */
function guard(response: ServerResponse, action: () => void): void {
  try {
    action();
  } catch (error) {
    response.destroy(isError(error) ? error : undefined);
  }
}

/** Counts requests in fixed windows. The first request opens a window, which ends `windowMs` later. */
export class RateWindow {
  readonly #requests: number;
  readonly #windowMs: number;
  #endsAt = Number.NEGATIVE_INFINITY;
  #reset = "";
  #used = 0;

  constructor({ requests, windowMs = 60_000 }: RateLimit) {
    this.#requests = requests;
    this.#windowMs = windowMs;
  }

  /**
   * Counts a request that arrived at `now`, in milliseconds since 1970. `headers` are the
   * `anthropic-ratelimit-requests-*` ones, and `retry-after` if the request is refused.
   */
  take(now: number): { readonly allowed: boolean; readonly headers: Readonly<Record<string, string>> } {
    if (now >= this.#endsAt) {
      this.#endsAt = now + this.#windowMs;
      this.#reset = new Date(this.#endsAt).toISOString();
      this.#used = 0;
    }
    const allowed = this.#used < this.#requests;
    if (allowed) this.#used++;
    const headers = {
      "anthropic-ratelimit-requests-limit": String(this.#requests),
      "anthropic-ratelimit-requests-remaining": String(this.#requests - this.#used),
      "anthropic-ratelimit-requests-reset": this.#reset,
    };
    if (allowed) return { allowed, headers };
    const seconds = Math.ceil((this.#endsAt - now) / 1000);
    return { allowed, headers: { ...headers, "retry-after": String(seconds) } };
  }
}
