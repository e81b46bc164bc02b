import { request } from "undici";
import { blockingWalk } from "./blocking-walk.ts";
import { HEADERS } from "./consumer.ts";

export const walk = blockingWalk(import.meta.url, async (url, body) => {
  const response = await request(url, { headers: HEADERS });
  const bytes = await response.body.bytes();
  body.set(bytes);
  return response.statusCode === 200 ? bytes.byteLength : 0;
});
