import { IncompleteListError, PaginationCycleError, PaginationError } from "../../errors/pagination-error.ts";

/** The error for a server that leads back to a page of the walk. */
export function cycleError(path: string): PaginationCycleError {
  return new PaginationCycleError(
    `Cannot continue the list of ${path}: the server led back to a page that was already requested. onCycle: ` +
      '"stop" ends the walk without an error',
  );
}

/** The error for `pages` pages in a row that are empty, or repeat the items of the page before. */
export function idleError(path: string, pages: number): PaginationError {
  return new PaginationError(
    `Cannot continue the list of ${path}: the server sent ${pages} pages in a row without new items. Raise maxEmptyPages to allow more`,
  );
}

/** The error for a list that ends and contradicts itself. `total` is what the server declares. */
export function incompleteError(
  path: string,
  { because, total }: { because: IncompleteListError["because"]; total: string },
): IncompleteListError {
  const what =
    because === "moreAnnounced"
      ? "the server says that there is more, and sends no cursor"
      : `the server declares ${total}, and sent fewer`;
  return new IncompleteListError(
    `The list of ${path} is incomplete: ${what}. Resume from the checkpoint later, or accept it with onIncomplete: "stop"`,
    because,
  );
}
