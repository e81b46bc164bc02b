import { isInstance } from "../errors/instance-of.ts";
import { ConfigurationError } from "../errors/pageturn-error.ts";
import { checkedObject } from "../pagination/request/check-option.ts";
import { checkStrategy } from "../pagination/request/check-strategy.ts";
import type { PaginationStrategy } from "../pagination/request/strategy.ts";
import { type ClientConfig, checkNames } from "./client-config.ts";
import {
  type AsyncAPIListOptions,
  copiedOptions,
  PATH_LIST_OPTIONS,
  type SharedClientOptions,
  withOptions,
} from "./client-options.ts";
import { ListCall, type ListCallInit } from "./list-call.ts";

/** The version of this library; a test keeps it equal to the one in package.json. */
export const VERSION = "0.1.0";

/** What the clients of one family, sync and async, know about their options. */
export interface ClientFamily<O> {
  /** The names of all options: any other is refused. */
  readonly optionNames: readonly string[];
  /** The options with headers and query parameters: those of a clone are laid over those of its original. */
  readonly overlaid: { readonly headers: keyof O & string; readonly query: keyof O & string };
  /** How the asynchronous client is made, for messages of the one that blocks. */
  readonly asyncClient: string;
  /**
   * Reads the environment. The function that it returns gives the configuration of a client and of its clones, and throws
   * `ConfigurationError` for an option that cannot be used.
   */
  readonly open: () => (options: O) => ClientConfig;
}

/** What both clients of a family have in common: options, credentials and the rate limit. */
export abstract class BaseClient<O extends SharedClientOptions> {
  /** @internal */
  static readonly pageturnClass: string = "BaseClient";
  /** @internal */
  static readonly [Symbol.hasInstance]: (value: unknown) => boolean = isInstance;

  readonly #family: ClientFamily<O>;
  readonly #options: O;
  /** How to make the client to recommend, where this one blocks. */
  readonly #asyncClient: string | undefined;
  readonly #configure: (options: O) => ClientConfig;
  #config: ClientConfig;

  constructor(
    options: O,
    { family, blocks }: { readonly family: ClientFamily<O>; readonly blocks: boolean },
  ) {
    this.#asyncClient = blocks ? family.asyncClient : undefined;
    this.#family = family;
    this.#checkOptions(options);
    this.#options = copiedOptions(options, family);
    this.#configure = family.open();
    this.#config = this.#configure(this.#options);
  }

  /** @internal The family for a clone: with the environment as this client has read it. */
  protected get family(): ClientFamily<O> {
    return { ...this.#family, open: () => this.#configure };
  }

  /** @internal One call of a list, checked. */
  protected listCall(init: ListCallInit): ListCall {
    return new ListCall(this.#config, init, this.#asyncClient);
  }

  /**
   * @internal The strategy of a list: its own, else that of the client, which was checked with the client.
   *
   * Throws {@link ConfigurationError} where there is none, or its own cannot work.
   */
  protected strategyOf(
    path: string,
    own: PaginationStrategy | undefined,
    options: AsyncAPIListOptions,
  ): PaginationStrategy {
    if (own !== undefined) checkStrategy(own);
    const strategy = own ?? this.#config.strategy;
    if (strategy !== undefined) return strategy;
    // It may be there under a misspelt name.
    checkNames("request", options, { known: PATH_LIST_OPTIONS, asyncClient: this.#asyncClient });
    throw new ConfigurationError(
      `Cannot list ${path} as no strategy says how it is paged: pass one to list() or to the client`,
    );
  }

  /** @internal The options of this client, some of them replaced. */
  protected changedOptions(changes: Partial<O>): O {
    this.#checkOptions(changes);
    return withOptions(this.#options, changes, this.#family.overlaid);
  }

  /**
   * @internal Makes a clone wait for the same rate limit, unless it has another one: other credentials, another host.
   */
  protected sharePace(clone: BaseClient<O>): void {
    const { baseURL, headers, pacer, rules, keySource } = this.#config;
    const config = clone.#config;
    if (config.keySource?.ask !== keySource?.ask) return;
    const isSame = (name: string) => config.headers[name] === headers[name];
    if (config.baseURL === baseURL && rules.credentials?.every(isSame)) clone.#config = { ...config, pacer };
  }

  /** Refuses options that no client has, or this one cannot use. */
  #checkOptions(options: unknown): void {
    // `new Anthropic(key)` is what some other libraries take.
    if (typeof options !== "object" || options === null) {
      const [first = ""] = this.#family.optionNames;
      throw new ConfigurationError(`Cannot make a client as its options must be an object: { ${first} }`);
    }
    checkNames("client", options, { known: this.#family.optionNames, asyncClient: this.#asyncClient });
  }
}

/** The arguments of a `getAPIList()` by their meaning. */
export function pathCall(path: string, options: AsyncAPIListOptions): Omit<ListCallInit, "strategy"> {
  const { json, items, schema, ...rest }: AsyncAPIListOptions = checkedObject(
    `the options of the list ${path}`,
    options,
  );
  if ("strategy" in rest)
    throw new ConfigurationError(
      `Cannot use the option strategy in getAPIList(${JSON.stringify(path)}) as the page class says how the list is paged: use list()`,
    );
  return { path, json, items, schema, options: rest, known: PATH_LIST_OPTIONS };
}
