import type { Checkpoint } from "pageturn/pagination";

/** The request of a list. */
export const list = {
  base: "https://api.example.com",
  path: "/v1/list",
  query: { ids: ["a", "b"], q: 5, limit: 4 },
};

/** The checkpoint of a walk that has returned two of four items of its second page, some of it replaced. */
export function checkpoint(forged: object = {}): Checkpoint {
  const genuine = {
    v: 2,
    path: "/v1/list",
    query: { "ids[]": ["a", "b"], q: "5", limit: "4" },
    at: { query: { after_id: "item_3" } },
    offset: 2,
    last: "item_5",
  };
  return JSON.parse(JSON.stringify({ ...genuine, ...forged }));
}
