import type { ServerResponse } from "node:http";
import type { Answer } from "../answer.ts";
import { garbage } from "./body-fault.ts";
import type { ConnectionFault, Fault } from "./fault.ts";
import { sendTrickled } from "./trickle.ts";

/** Sends the answer as the fault wants it; false where the fault leaves sending alone. */
export function playConnectionFault(response: ServerResponse, answer: Answer, fault: Fault): boolean {
  switch (fault.fault) {
    case "reset":
      sendAndReset(response, answer, fault.at);
      return true;
    case "cutOff": {
      const length = fault.framing === "contentLength" ? { "content-length": answer.body.byteLength } : {};
      response.writeHead(answer.status, { ...answer.headers, ...length });
      // `destroy` closes with FIN once what was written has left; `end` would write the last chunk.
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

/** How much of an answer gets through: for the log, which tells what the client can have seen. */
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

type ResetPoint = (ConnectionFault & { readonly fault: "reset" })["at"];

function sendAndReset(response: ServerResponse, answer: Answer, at: ResetPoint): void {
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

function writeHeaders(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.byteLength });
  response.flushHeaders();
}

function half({ body }: Answer): Uint8Array {
  return body.subarray(0, Math.floor(body.byteLength / 2));
}
