import { HEADERS, pageURL } from "./consumer.ts";
import { loopByHand } from "./loop-by-hand.ts";

export const walk = loopByHand(async (job, after) => {
  const response = await fetch(pageURL(job, after), { headers: HEADERS });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return await response.json();
});
