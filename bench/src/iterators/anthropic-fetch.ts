import type { Job } from "../process/job.ts";
import { jsonResponse, MemoryList, queryParam } from "./memory-list.ts";

/** Where the clients believe to be. */
export const BASE_URL = "http://127.0.0.1:1";

/** A `fetch` that answers as the API does, from memory. */
export function anthropicFetch(job: Job): (input: unknown) => Promise<Response> {
  const list = new MemoryList(job);
  return async (input) => {
    const place = list.placeBehind(queryParam(input, "after_id"));
    const { isLast, lastId } = place;
    return jsonResponse(
      `{"data":${list.itemsText(place)},"has_more":${!isLast},"first_id":"${lastId}","last_id":"${lastId}"}`,
    );
  };
}
