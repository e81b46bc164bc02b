import type { ExportState } from "./export-state.ts";
import type { Sink } from "./sink.ts";

/**
 * A sink that is opened with its first item or commit, unless {@link open} is called before. Until a list has answered, nothing of what
 * is there is changed: neither rows that are to be replaced, nor the manifest of rows that are to be gone on with.
 */
export class LateSink implements Sink {
  readonly stateName: string;
  readonly #initial: ExportState;
  readonly #openSink: () => Promise<Sink>;
  #sink: Sink | null = null;
  #isClosed = false;

  constructor(
    { stateName, state }: { readonly stateName: string; readonly state: ExportState },
    openSink: () => Promise<Sink>,
  ) {
    this.stateName = stateName;
    this.#initial = state;
    this.#openSink = openSink;
  }

  get isOpen(): boolean {
    return this.#sink !== null;
  }

  get state(): ExportState {
    return this.#sink?.state ?? this.#initial;
  }

  add(item: unknown): Promise<void> | undefined {
    return this.#sink === null ? this.open().then((sink) => sink.add(item)) : this.#sink.add(item);
  }

  async commit(state: ExportState): Promise<void> {
    await (await this.open()).commit(state);
  }

  async finish(): Promise<void> {
    await this.#sink?.finish();
  }

  /** Does nothing once the file is closed: it gets another name then. */
  async check(): Promise<void> {
    if (!this.#isClosed) await this.#sink?.check();
  }

  async clean(): Promise<void> {
    await this.#sink?.clean();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sink?.close();
  }

  /** Opens the sink, if that was not done before, and returns it. */
  async open(): Promise<Sink> {
    this.#sink ??= await this.#openSink();
    return this.#sink;
  }
}
