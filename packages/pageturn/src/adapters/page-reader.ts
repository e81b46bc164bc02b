import { hasMethod } from "./raw-page.ts";

/**
 * Reads an async iterable of another library, value by value.
 *
 * A generator that has thrown says that it is done. That must not look like the end of the list: after a failure, the
 * same error is thrown again, unless the iterator is known to repeat the request.
 */
export class PageReader {
  readonly #open: () => AsyncIterator<unknown>;
  readonly #isStripe: boolean;
  readonly #isBare: boolean;
  #iterator: AsyncIterator<unknown> | null = null;
  #failure: { readonly error: unknown } | null = null;
  /** A value that was read and given back. */
  #back: { readonly value: unknown } | null = null;
  #count = 0;
  #owner: object | null = null;

  /** Nothing is read, and no iterator is opened, before the first {@link next}. */
  constructor(iterable: AsyncIterable<unknown>) {
    this.#open = () => iterable[Symbol.asyncIterator]();
    this.#isStripe = hasMethod(iterable, "autoPagingEach");
    this.#isBare = Reflect.ownKeys(iterable).length === 1 && Object.hasOwn(iterable, Symbol.asyncIterator);
  }

  /** How many values were read, one that is being read included. */
  get count(): number {
    return this.#count;
  }

  /** Keeps the iterator to one reader, such as a walk; false where another one has it. */
  take(owner: object): boolean {
    this.#owner ??= owner;
    return this.#owner === owner;
  }

  /** Whether {@link next} can return another value. */
  get canGoOn(): boolean {
    return this.#failure === null || this.#repeats;
  }

  /** The error of the last {@link next}; `null` where it did not fail. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  /** The next value; `null` at the end. */
  async next(): Promise<{ readonly value: unknown } | null> {
    if (this.#failure !== null && !this.#repeats) throw this.#failure.error;
    const back = this.#back;
    this.#back = null;
    if (back !== null) {
      this.#count += 1;
      return back;
    }
    let result: IteratorResult<unknown>;
    this.#count += 1;
    try {
      this.#iterator ??= this.#open();
      result = await this.#iterator.next();
    } catch (error) {
      this.#count -= 1;
      this.#failure = { error };
      throw error;
    }
    if (result.done === true && this.#failure !== null) throw this.#failure.error;
    this.#failure = null;
    // Octokit leaves `done` out.
    return result.done === true ? null : { value: result.value };
  }

  /** Takes back a value that could not be understood: the next {@link next} returns it again. */
  giveBack(value: { readonly value: unknown }): void {
    this.#count -= 1;
    this.#back = value;
  }

  /** Lets the iterator release what it holds. A generator that waits for a request does so when that has ended. */
  async close(): Promise<void> {
    try {
      await this.#iterator?.return?.();
    } catch {
      // The walk has been left: nobody needs to know.
    }
  }

  /**
   * Whether the iterator sends a failed request again. Those of Octokit and gax do: bare objects with nothing but
   * `next()`. That of Stripe does, or fails again; it never says that it is done.
   */
  get #repeats(): boolean {
    return this.#isStripe || (this.#isBare && !hasMethod(this.#iterator, "return"));
  }
}
