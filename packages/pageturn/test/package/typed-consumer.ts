// Compiled in an empty project that has the packed library installed: everything is typed without a word.
import { Anthropic, AsyncAnthropic } from "pageturn";
import { SyncPage } from "pageturn/pagination";

export async function ids(): Promise<string[]> {
  const found: string[] = [];
  for (const model of new Anthropic().models.list()) found.push(model.id);
  for await (const model of new AsyncAnthropic().models.list()) found.push(model.id);
  const page = new Anthropic().models.list();
  // @ts-expect-error: an item is no `any`
  page.data[0]?.notAField;
  return page instanceof SyncPage ? [...found, page.last_id ?? ""] : found;
}

/** Its type is inferred: declarations name it by the entry points of the package. */
export const models = new AsyncAnthropic().models.list();

// Declarations can name what is inferred of resources, parameters and nested types.
export const { batches } = new AsyncAnthropic().messages;
export const listModels = new Anthropic().models.list;
export const capabilities = new Anthropic().models.list().data.map((model) => model.capabilities?.effort);
