import { isPlainObject } from "../../pagination/request/check-option.ts";
import { FilteredList } from "../data/filtered-list.ts";
import type { ItemList, ListCursor } from "../data/item-list.ts";
import { type Fields, setAll } from "../data/json-fields.ts";
import type { Mark } from "../data/position-code.ts";
import { type ListRequest, pageSizes } from "../list-request.ts";
import { type PagePlan, planPage, withAhead } from "../page-plan.ts";
import type { Fault } from "./fault.ts";

/** Plans the page for a request as the fault changes it. */
export function planFaultyPage(original: ListRequest, fault: Fault): FaultyPage {
  const request = changeRequest(original, fault);
  return { list: request.list, plan: changePlan(request, fault) };
}

/** The page that a fault makes, and the list that its items are of. */
export interface FaultyPage {
  readonly list: ItemList;
  readonly plan: PagePlan;
}

/** Plans the page for a request, with the items and the cursor that the fault changes. */
function changePlan(request: ListRequest, fault: Fault): PagePlan {
  const plan = planPage(request);
  const forward = plan.direction === "forward";
  switch (fault.fault) {
    case "repeatCursor":
      return request.cursor === null ? plan : withAhead(plan, request.cursor.mark);
    case "cycle": {
      const { length, offset = 1 } = fault;
      if (plan.page < offset + length) return plan;
      const { count } = request.list;
      const done = Math.min(offset * request.limit, count);
      return withAhead(plan, { position: forward ? done : count - done, salt: 0 });
    }
    case "endless":
      return withAhead(fault.items === "none" ? emptied(plan) : plan, samePlace(request));
    case "offByOne": {
      const ahead = forward ? plan.after : plan.before;
      if (ahead === null || !(forward ? plan.moreAfter : plan.moreBefore)) return plan;
      const position = ahead.position + (forward ? fault.by : -fault.by);
      return withAhead(plan, { ...ahead, position });
    }
    case "emptyPage":
      return withAhead(emptied(plan), samePlace(request));
    case "duplicateItems":
      return { ...plan, positions: [...plan.positions.slice(0, fault.count ?? 1), ...plan.positions] };
    default:
      return plan;
  }
}

/** Returns the request that the server answers instead of the original one. */
function changeRequest(request: ListRequest, fault: Fault): ListRequest {
  switch (fault.fault) {
    case "itemsInserted":
      return moveCursor(request, -(fault.count ?? 1));
    case "itemsDeleted":
      return moveCursor(request, fault.count ?? 1);
    case "dropFilters":
      return withoutFilters(request);
    default:
      return request;
  }
}

function withoutFilters({ list, cursor }: ListRequest): ListRequest {
  const all = list instanceof FilteredList ? list.unfiltered(cursor) : { list, cursor };
  return { ...all, limit: pageSizes(list.endpoint, new URLSearchParams()).size, picked: null };
}

function moveCursor(request: ListRequest, by: number): ListRequest {
  if (request.cursor === null) return request;
  const { direction, mark } = request.cursor;
  const moved = mark.position + (direction === "forward" ? by : -by);
  const position = Math.min(Math.max(moved, 0), request.list.count);
  const cursor: ListCursor = { direction, mark: { ...mark, position } };
  return { ...request, cursor };
}

function emptied(plan: PagePlan): PagePlan {
  return { ...plan, positions: [], before: null, after: null };
}

/** The place of a request, under a cursor that this walk has not seen. */
function samePlace({ cursor }: ListRequest): Mark {
  const { position, salt } = cursor?.mark ?? { position: 0, salt: 0 };
  return { position, salt: salt + 1 };
}

/** Changes the fields of a page body and of its items. */
export function playEnvelopeFault(body: string, fault: Fault, itemsKey: string): string {
  const edit = (change: (page: Fields) => Fields): string => {
    const page: unknown = JSON.parse(body);
    return isPlainObject(page) ? JSON.stringify(change(page)) : body;
  };
  const editItems = (change: (item: Fields) => Fields): string =>
    edit((page) => {
      const items = page[itemsKey];
      if (!Array.isArray(items)) return page;
      return setAll(page, {
        [itemsKey]: items.map((item: unknown) => (isPlainObject(item) ? change(item) : item)),
      });
    });
  switch (fault.fault) {
    case "hasMore":
      return edit((page) => setAll(page, { has_more: fault.value }));
    case "setFields":
      return edit((page) => setAll(page, fault.fields));
    case "dropFields":
      return edit((page) => dropAll(page, fault.names));
    case "setItemFields":
      return editItems((item) => setAll(item, fault.fields));
    case "dropItemFields":
      return editItems((item) => dropAll(item, fault.names));
    default:
      return body;
  }
}

function dropAll(object: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
