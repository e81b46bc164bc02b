import type { ServerResponse } from "node:http";
import type { Answer } from "../answer.ts";
import { garbage } from "./answer-fault.ts";
import type { Fault } from "./fault.ts";

/** Sends the answer as the fault requires. Returns `false` if the fault does not affect sending. */
export function playConnectionFault(response: ServerResponse, answer: Answer, fault: Fault): boolean {
  switch (fault.fault) {
    case "reset":
      sendAndReset(response, answer, fault.at);
      return true;
    case "cutOff": {
      const length = fault.framing === "contentLength" ? { "content-length": answer.body.byteLength } : {};
      response.writeHead(answer.status, { ...answer.headers, ...length });
      // `destroy` closes with FIN when the written bytes have been sent; `end` would write the last chunk.
      response.write(half(answer), () => response.socket?.end(() => response.destroy()));
      return true;
    }
    case "trickle":
      sendTrickled(response, answer, fault);
      return true;
    case "never":
      sendAndWait(response, answer, fault.after ?? "nothing");
      return true;
    case "garbageHttp":
      response.socket?.end(garbage(256));
      return true;
    default:
      return false;
  }
}

/** Returns how much of an answer reaches the client, for the log. */
export function whatArrives(fault: Fault): "all" | "status" | "nothing" {
  switch (fault.fault) {
    case "reset":
      return fault.at === "beforeHeaders" || fault.at === "insideHeaders" ? "nothing" : "status";
    case "never":
      return (fault.after ?? "nothing") === "nothing" ? "nothing" : "status";
    case "cutOff":
      return "status";
    case "garbageHttp":
      return "nothing";
    default:
      return "all";
  }
}

function sendAndReset(response: ServerResponse, answer: Answer, at: Fault<"reset">["at"]): void {
  const { socket } = response;
  const reset = () => socket?.resetAndDestroy();
  if (at === "beforeHeaders") reset();
  else if (at === "insideHeaders") socket?.write("HTTP/1.1 200 OK\r\ncontent-type: applic", reset);
  else {
    writeHeaders(response, answer);
    if (at === "insideBody") response.write(half(answer), reset);
    else socket?.write("", reset);
  }
}

function sendAndWait(
  response: ServerResponse,
  answer: Answer,
  after: "nothing" | "headers" | "halfBody",
): void {
  if (after === "nothing") return;
  writeHeaders(response, answer);
  if (after === "halfBody") response.write(half(answer));
}

/** Sends the answer a few bytes at a time. */
function sendTrickled(response: ServerResponse, answer: Answer, fault: Fault<"trickle">): void {
  const { chunkBytes = 16, everyMs = 1 } = fault;
  writeHeaders(response, answer);
  let sent = 0;
  const sendNext = (): void => {
    if (response.destroyed) return;
    const piece = answer.body.subarray(sent, sent + chunkBytes);
    sent += piece.byteLength;
    if (sent >= answer.body.byteLength) response.end(piece);
    else response.write(piece, () => setTimeout(sendNext, everyMs));
  };
  sendNext();
}

function writeHeaders(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.byteLength });
  response.flushHeaders();
}

function half({ body }: Answer): Uint8Array {
  return body.subarray(0, Math.floor(body.byteLength / 2));
}
