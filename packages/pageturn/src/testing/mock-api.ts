import type { IncomingHttpHeaders } from "node:http";
import type { ServedEndpoint } from "../anthropic/catalog/served-endpoint.ts";
import { type Answer, ApiProblem, errorAnswer } from "./answer.ts";
import type { ListChange } from "./data/list-changes.ts";
import { encodePosition, hashText } from "./data/position-code.ts";
import { playBodyFault, playStatusFault } from "./faults/answer-fault.ts";
import type { Fault } from "./faults/fault.ts";
import { type FaultScript, ScriptPlayer } from "./faults/fault-script.ts";
import { whatArrives } from "./faults/what-arrives.ts";
import { ListResponder, type PagePrompt } from "./list-responder.ts";
import { RateWindow } from "./rate-window.ts";
import { type LogEntry, RequestLog } from "./request-log.ts";
import { keyOf, readTarget } from "./route-table.ts";
import type { ServerConfig } from "./server-config.ts";

/** A request as it arrives. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** The answer to a request. Its sender waits `delayMs`, plays faults of the connection, and calls `sending()`. */
export interface Reply {
  readonly answer: Answer;
  readonly fault: Fault;
  readonly delayMs: number;
  /** Logs what reaches the client of the answer that is sent. */
  sending(answer: Answer): void;
}

/**
 * The mock server without a transport: counts and logs requests, plays the script and computes the answers. It runs in
 * Node.js and in a browser.
 */
export class MockAPI {
  readonly log: RequestLog;
  readonly #config: ServerConfig;
  readonly #responder: ListResponder;
  readonly #rate: RateWindow;
  readonly #idKey: number;
  readonly #ownOrganization: string;
  #player: ScriptPlayer;
  #received = 0;

  /** `served` are the lists of the API. */
  constructor(config: ServerConfig, served: readonly ServedEndpoint[]) {
    this.#config = config;
    this.log = new RequestLog(config.maxLoggedRequests);
    this.#responder = new ListResponder(config, served);
    this.#rate = new RateWindow(config.rateLimit);
    this.#idKey = hashText("request-id", config.seed);
    const hash = (hashText("organization", config.seed) >>> 0).toString(16).padStart(8, "0");
    this.#ownOrganization = `${hash}-0000-4000-8000-000000000001`;
    this.#player = new ScriptPlayer(config.script);
  }

  /** Replaces the script. It is played from its first step. */
  play(script: FaultScript): void {
    this.#player = new ScriptPlayer(script);
  }

  /** Changes the items of a path. Throws `ConfigurationError` where that cannot be done. */
  mutate(path: string, change: ListChange): void {
    this.#responder.mutate(path, change);
  }

  /** Logs a request and returns its answer. */
  receive({ method, target, headers }: ReceivedRequest): Reply {
    const number = ++this.#received;
    const requestId = `req_${encodePosition(this.#idKey, { position: number, salt: 0 })}`;
    const entry: LogEntry = {
      number,
      method,
      target,
      headers,
      requestId,
      status: null,
      items: null,
      fault: null,
    };
    this.log.push(entry);
    const rate = this.#rate.take(Date.now());
    const common = { "request-id": requestId, ...this.#organization(headers), ...rate.headers };
    const reply = (answer: Answer, fault: Fault, delayMs: number): Reply => ({
      answer: { ...answer, headers: { ...common, ...answer.headers } },
      fault,
      delayMs,
      sending: (sent) => noteSent(entry, fault, sent),
    });
    if (!rate.allowed) {
      const problem = new ApiProblem(429, "This request would exceed your organization's rate limit");
      return reply(errorAnswer(problem, requestId), { fault: "none" }, 0);
    }
    const incoming = { method, headers, ...readTarget(target) };
    const prompt = this.#responder.read(incoming);
    const page = prompt instanceof ApiProblem ? null : prompt.plan.page;
    const fault = this.#player.next({ path: incoming.path, page });
    const delayMs = this.#latency(page) + (fault.fault === "delay" ? fault.ms : 0);
    return reply(this.#answer(prompt, fault, requestId), fault, delayMs);
  }

  #answer(prompt: PagePrompt | ApiProblem, fault: Fault, requestId: string): Answer {
    const hasCursor = !(prompt instanceof ApiProblem) && prompt.request.cursor !== null;
    const refused = playStatusFault(fault, { hasCursor, requestId });
    return refused ?? playBodyFault(this.#responder.answer(prompt, { fault, requestId }), fault);
  }

  /** Of a key that the server accepts. */
  #organization(headers: ReceivedRequest["headers"]): Answer["headers"] {
    const { apiKey, organizations } = this.#config;
    const key = keyOf(headers);
    if (key === undefined) return {};
    const id = Object.hasOwn(organizations, key)
      ? organizations[key]
      : key === apiKey && this.#ownOrganization;
    return id ? { "anthropic-organization-id": id } : {};
  }

  #latency(page: number | null): number {
    const steps = [this.#config.latencyMs].flat();
    return steps[(page ?? 1) - 1] ?? steps.at(-1) ?? 0;
  }
}

function noteSent(entry: LogEntry, fault: Fault, answer: Answer): void {
  const arrives = whatArrives(fault);
  entry.status = arrives === "nothing" ? null : answer.status;
  entry.items = arrives === "all" ? answer.items : null;
  if (fault.fault !== "none") entry.fault = fault.fault;
}
