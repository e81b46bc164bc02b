import { type APIList, apiCatalog } from "pageturn/catalog";
import { UsageError } from "../failure.ts";
import { nearest } from "./nearest.ts";

export { apiCatalog };

const plain = (text: string) => text.replaceAll(/[._\-\s/]/g, "").toLowerCase();

/**
 * Returns the list with a name: `organization.usage_report.messages`, also `usageReport.messages`, as long as it is the only
 * one that ends so. Throws `UsageError` with what is similar.
 */
export function findList(name: string): APIList {
  const { endpoints } = apiCatalog();
  const exact = endpoints.find(({ id }) => plain(id) === plain(name));
  if (exact !== undefined) return exact;
  const ends = endpoints.filter(({ id }) => plain(id).endsWith(plain(name)));
  const [only, ...more] = ends;
  if (only !== undefined && more.length === 0) return only;
  const similar = similarNames(name, ends);
  const hint =
    similar.length === 0
      ? "see all names with: pageturn lists"
      : `did you mean ${similar.slice(0, 5).join(", ")}? See: pageturn lists`;
  throw new UsageError(`Cannot list "${name}" because there is no list with this name: ${hint}`);
}

function similarNames(name: string, ends: readonly APIList[]): readonly string[] {
  const { endpoints } = apiCatalog();
  const found = ends.length > 0 ? ends : endpoints.filter((list) => matches(list, name));
  if (found.length > 0) return found.map(({ id }) => id);
  // A typing error may be in any part of the name, and a part may be left out.
  const ids = endpoints.map(({ id }) => id);
  const similar = nearest(name, ids) ?? nearest(name, ids.map(lastPart));
  return ids.filter((id) => id === similar || lastPart(id) === similar);
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf(".") + 1);
}

/** Whether a list has to do with a word: its name, its path or what it lists has it. */
export function matches({ id, path, lists }: APIList, word: string): boolean {
  const wanted = plain(word);
  return [id, path, lists].some((text) => plain(text).includes(wanted));
}
