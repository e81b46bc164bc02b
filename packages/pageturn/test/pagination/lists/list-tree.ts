import * as fc from "fast-check";
import {
  AsyncPaginator,
  type BaseAsyncPage,
  type BaseSyncPage,
  type FetchedPage,
  type PageRequest,
  SyncPaginator,
} from "pageturn/pagination";
import { response } from "./memory-list.ts";
import { answer, anyModel, type Item, itemsOf, type Model, pageClasses } from "./model-list.ts";

/** A list, and a list for each of its items: the models are given out in turn. */
export interface Tree {
  readonly parent: Model;
  readonly children: readonly [Model, ...Model[]];
}

/** Any tree, of up to `maxLength` places in each list. */
export function anyTree(maxLength = 10): fc.Arbitrary<Tree> {
  return fc.record({
    parent: anyModel(maxLength),
    children: fc.tuple(anyModel(maxLength), anyModel(maxLength), anyModel(maxLength)),
  });
}

/** What may go wrong, or wait, before an answer. */
export interface TreeOptions {
  /** Called with each request; what it throws, the request fails with. */
  readonly before?: (path: string, number: number) => void;
  /** What an asynchronous answer waits for. */
  readonly pause?: (path: string, signal: AbortSignal | undefined) => Promise<void>;
}

/** The lists of a tree in memory, and the path of each request that they were asked. */
export class ListTree {
  readonly paths: string[] = [];
  readonly #tree: Tree;
  readonly #options: TreeOptions;

  constructor(tree: Tree, options: TreeOptions = {}) {
    this.#tree = tree;
    this.#options = options;
  }

  /** All items of all children, in order. */
  get items(): Item[] {
    return itemsOf(this.#tree.parent).flatMap(({ id }) =>
      itemsOf(this.#childOf(id)).map((item) => ({ id: `${id}/${item.id}` })),
    );
  }

  get parent(): AsyncPaginator<Item> {
    return this.#async("/parents", this.#tree.parent);
  }

  readonly child = ({ id }: Item): AsyncPaginator<Item> => this.#async(`/parents/${id}`, this.#childOf(id));

  get syncParent(): BaseSyncPage<Item> {
    return this.#sync("/parents", this.#tree.parent);
  }

  readonly syncChild = ({ id }: Item): BaseSyncPage<Item> => this.#sync(`/parents/${id}`, this.#childOf(id));

  #childOf(id: string): Model {
    const { children } = this.#tree;
    return children[Number(id.replace(/\D/g, "")) % children.length] ?? children[0];
  }

  #async(path: string, model: Model): AsyncPaginator<Item> {
    return new AsyncPaginator<Item, BaseAsyncPage<Item>>(pageClasses[model.kind].async, {
      request: { path, query: {} },
      fetch: async (request, signal) => {
        const answered = this.#answer(model, request);
        await this.#options.pause?.(path, signal);
        return answered;
      },
    });
  }

  #sync(path: string, model: Model): BaseSyncPage<Item> {
    const request: PageRequest = { path, query: {} };
    const source = { request, fetch: (asked: PageRequest) => this.#answer(model, asked) };
    return new SyncPaginator(pageClasses[model.kind].sync, source).firstPage();
  }

  #answer(model: Model, { path, query }: PageRequest): FetchedPage {
    this.paths.push(path);
    this.#options.before?.(path, this.paths.length - 1);
    const body = answer(model, query);
    const parent = path.split("/")[2];
    if (parent === undefined) return { body, response };
    return { body: { ...body, data: body.data.map(({ id }) => ({ id: `${parent}/${id}` })) }, response };
  }
}

/** A list of that many items, `size` a page. */
export function evenList(count: number, size: number): Model {
  return { kind: "ids", visible: Array.from({ length: count }, () => true), size, hasMore: "present" };
}

/** Two lists of two pages each. */
export const two: Tree = { parent: evenList(2, 20), children: [evenList(2, 1)] };

/** Twelve parents on one page, and for each a list of eight pages. */
export const twelve: Tree = { parent: evenList(12, 20), children: [evenList(8, 1)] };

/** How often each path was asked for. */
export function counts(paths: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const path of paths) found[path] = (found[path] ?? 0) + 1;
  return found;
}
