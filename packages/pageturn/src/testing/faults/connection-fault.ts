import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Answer } from "../answer.ts";
import { garbage } from "./answer-fault.ts";
import type { Fault } from "./fault.ts";

/** Sends the answer as the fault requires. Returns `false` if the fault does not affect sending. */
export function playConnectionFault(
  { response, socket }: { readonly response: ServerResponse; readonly socket: Socket },
  answer: Answer,
  fault: Fault,
): boolean {
  const half = answer.body.subarray(0, Math.floor(answer.body.byteLength / 2));
  switch (fault.fault) {
    case "reset": {
      const reset = () => socket.resetAndDestroy();
      if (fault.at === "beforeHeaders") reset();
      else if (fault.at === "insideHeaders") socket.write("HTTP/1.1 200 OK\r\ncontent-type: applic", reset);
      else {
        writeHeaders(response, answer);
        if (fault.at === "insideBody") response.write(half, reset);
        else socket.write("", reset);
      }
      return true;
    }
    case "cutOff": {
      const length = fault.framing === "contentLength" ? { "content-length": answer.body.byteLength } : {};
      response.writeHead(answer.status, { ...answer.headers, ...length });
      // `destroy` closes with FIN when the written bytes have been sent; `end` would write the last chunk.
      response.write(half, () => socket.end(() => response.destroy()));
      return true;
    }
    case "trickle":
      sendTrickled(response, answer, fault);
      return true;
    case "never": {
      const { after = "nothing" } = fault;
      if (after !== "nothing") writeHeaders(response, answer);
      if (after === "halfBody") response.write(half);
      return true;
    }
    case "garbageHttp":
      socket.end(garbage(256));
      return true;
    default:
      return false;
  }
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
