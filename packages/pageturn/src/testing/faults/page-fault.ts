import type { ListCursor, ListRequest } from "../list-request.ts";
import { pageSizes } from "../page-size.ts";
import type { Fault } from "./fault.ts";

/** The request the server answers instead of the one it got. */
export function playPageFault(request: ListRequest, fault: Fault): ListRequest {
  switch (fault.fault) {
    case "itemsInserted":
      return moveCursor(request, -(fault.count ?? 1));
    case "itemsDeleted":
      return moveCursor(request, fault.count ?? 1);
    case "dropFilters":
      return { ...request, limit: pageSizes(request.list.endpoint, []).size, picked: null };
    default:
      return request;
  }
}

function moveCursor(request: ListRequest, by: number): ListRequest {
  if (request.cursor === null) return request;
  const { direction, mark } = request.cursor;
  const moved = mark.position + (direction === "forward" ? by : -by);
  const position = Math.min(Math.max(moved, 0), request.list.count);
  const cursor: ListCursor = { direction, mark: { ...mark, position } };
  return { ...request, cursor };
}
