import type { FailedRequest } from "../errors/api-error.ts";
import { tooLargeFailure } from "./attempt-failure.ts";
import { joinChunks } from "./join-chunks.ts";

interface ReadBodyOptions {
  readonly request: FailedRequest;
  readonly signal: AbortSignal;
  readonly maxResponseBytes: number;
}

/**
 * The body of a `fetch` response, read chunk by chunk, so that no more than the limit is ever held.
 *
 * @throws {@link APIResponseTooLargeError}; the stream is cancelled then, as it is when the signal fires.
 */
export async function readBody(response: Response, options: ReadBodyOptions): Promise<Uint8Array> {
  const { request, signal, maxResponseBytes } = options;
  if (!response.body) return new Uint8Array(0);
  const reader = response.body.getReader();
  const cancel = (): void => {
    // Its failure says nothing new: the attempt has failed already.
    reader.cancel(signal.reason).catch(() => undefined);
  };
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joinChunks(chunks, size);
      size += value.byteLength;
      if (size > maxResponseBytes) {
        cancel();
        throw tooLargeFailure(request, maxResponseBytes);
      }
      chunks.push(value);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
