import {
  type AsyncListSource,
  type BaseSyncPage,
  type PageRequest,
  type SyncListSource,
  type SyncPageClass,
  SyncPaginator,
} from "pageturn/pagination";
import { response } from "./memory-list.ts";

/** A list whose answers are given by a function of the request, and of its number. */
export interface Script {
  readonly answer: (request: PageRequest, number: number) => unknown;
  readonly request?: PageRequest;
  readonly items?: SyncListSource["items"];
  readonly walk?: SyncListSource["walk"];
  readonly start?: SyncListSource["start"];
}

const FIRST: PageRequest = { base: "https://api.example.com", path: "/v1/list", query: {} };

/** The sources of such a list, with the requests that they were asked. */
export function scripted({ answer, request = FIRST, ...rest }: Script) {
  const requests: PageRequest[] = [];
  const fetch = (asked: PageRequest) => {
    requests.push(asked);
    return { body: answer(asked, requests.length - 1), response };
  };
  const sync: SyncListSource = { request, ...rest, fetch };
  const async: AsyncListSource = { request, ...rest, fetch: async (asked) => fetch(asked) };
  return { sync, async, requests };
}

/** The first page of such a list. */
export function openFirst<P extends BaseSyncPage<unknown>>(Page: SyncPageClass<P>, script: Script): P {
  const { sync } = scripted(script);
  return new SyncPaginator(Page, sync).firstPage();
}

/** A page with this body. */
export function openBody<P extends BaseSyncPage<unknown>>(Page: SyncPageClass<P>, body: unknown): P {
  return openFirst(Page, { answer: () => body });
}
