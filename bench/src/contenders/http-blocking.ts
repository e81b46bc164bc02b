import { blockingWalk } from "./blocking-walk.ts";
import { httpGet } from "./http-loop.ts";

export const walk = blockingWalk(import.meta.url, (url, body) =>
  httpGet(url, (response, done) => {
    let length = 0;
    response.on("data", (chunk: Buffer) => {
      body.set(chunk, length);
      length += chunk.byteLength;
    });
    response.on("end", () => done(length));
  }),
);
