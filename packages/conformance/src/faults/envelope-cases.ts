import { type FaultCase, listSize, positions } from "./fault-case.ts";

const withoutPage3 = [...positions(0, 20), ...positions(30, listSize)];

/** Fields of pages and items that lie or are missing. */
export const envelopeCases: readonly FaultCase[] = [
  ...[false, "false", 0].flatMap((value): FaultCase[] => [
    {
      title: `has_more: ${JSON.stringify(value)} on page 2, cursor and all`,
      script: [{ fault: "hasMore", value, page: 2 }],
      lists: ["cursor", "token"],
    },
    {
      title: `has_more: ${JSON.stringify(value)} on page 2 of an id list`,
      script: [{ fault: "hasMore", value, page: 2 }],
      lists: ["ids"],
      // The last page of such a list has a last_id too, so nothing contradicts it.
      served: positions(0, 20),
    },
  ]),
  { title: "has_more: true on the last page", script: [{ fault: "hasMore", value: true, page: 5 }] },
  { title: "has_more: null on page 2", script: [{ fault: "hasMore", value: null, page: 2 }] },
  {
    title: 'has_more: "no" on page 2',
    script: [{ fault: "hasMore", value: "no", page: 2 }],
    failure: "not a list",
    served: positions(0, 20),
  },
  {
    title: "no has_more on any page",
    script: [{ fault: "dropFields", names: ["has_more"], times: "always" }],
  },
  {
    title: "has_more: true, cursor null on page 2",
    script: [{ fault: "setFields", fields: { has_more: true, last_id: null, next_page: null }, page: 2 }],
  },
  {
    title: "has_more: true, cursor empty on page 2",
    script: [{ fault: "setFields", fields: { has_more: true, last_id: "", next_page: "" }, page: 2 }],
  },
  {
    title: "has_more: true, no cursor on page 2",
    script: [{ fault: "dropFields", names: ["last_id", "next_page"], page: 2 }],
    lists: ["ids", "token"],
  },
  {
    title: "next_page: null on page 2, has_more not sent",
    script: [{ fault: "setFields", fields: { next_page: null }, page: 2 }],
    lists: ["cursor"],
    served: positions(0, 20),
  },
  {
    title: "the cursor of page 2 is an object",
    script: [{ fault: "setFields", fields: { last_id: { id: 1 }, next_page: { id: 1 } }, page: 2 }],
    failure: "not a list",
    served: positions(0, 20),
  },
  {
    title: "data: null on page 3",
    script: [{ fault: "setFields", fields: { data: null }, page: 3 }],
    served: withoutPage3,
  },
  {
    title: "no data on page 3",
    script: [{ fault: "dropFields", names: ["data"], page: 3 }],
    served: withoutPage3,
  },
  {
    title: "first_id and prev_page missing everywhere",
    script: [{ fault: "dropFields", names: ["first_id", "prev_page"], times: "always" }],
  },
  {
    title: "items without id",
    script: [{ fault: "dropItemFields", names: ["id"], times: "always" }],
    key: "created_at",
  },
  {
    title: "items with id: null",
    script: [{ fault: "setItemFields", fields: { id: null }, times: "always" }],
    key: "created_at",
  },
  {
    title: "unknown fields in pages and items",
    script: [{ fault: "setFields", fields: { items: 1, hasNextPage: true }, times: "always" }],
  },
];
