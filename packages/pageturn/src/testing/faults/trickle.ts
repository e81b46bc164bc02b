import type { ServerResponse } from "node:http";
import type { Answer } from "../answer.ts";

/** How an answer is cut into pieces. */
export interface TrickleOptions {
  readonly chunkBytes?: number;
  readonly everyMs?: number;
}

/** Sends the answer a few bytes at a time. */
export function sendTrickled(response: ServerResponse, answer: Answer, options: TrickleOptions): void {
  const { chunkBytes = 16, everyMs = 1 } = options;
  response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.byteLength });
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
