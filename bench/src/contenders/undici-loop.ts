import { request } from "undici";
import { HEADERS, type ModelPage, pageURL } from "./consumer.ts";
import { loopByHand } from "./loop-by-hand.ts";

export const walk = loopByHand(async (job, after) => {
  const { statusCode, body } = await request(pageURL(job, after), { headers: HEADERS });
  if (statusCode !== 200) throw new Error(`status ${statusCode}`);
  // The cast: the hand-written loop believes the server.
  return (await body.json()) as ModelPage;
});
