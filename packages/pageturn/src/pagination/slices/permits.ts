/** Something that waits for a permit: the smaller its rank, the sooner it gets one. */
interface Waiting {
  readonly rank: () => number;
  readonly resolve: (isGranted: boolean) => void;
}

/** Bounds how many requests several walks send at a time, and lets the walk nearest to the consumer go first. */
export class Permits {
  readonly #most: number;
  #held = 0;
  #isPaused = false;
  #isOver = false;
  #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** How many are held. */
  get held(): number {
    return this.#held;
  }

  /** Whether another request could be sent at once. */
  get isIdle(): boolean {
    return this.#held < this.#most && this.#waiting.length === 0 && !this.#isPaused && !this.#isOver;
  }

  /** Resolves when the caller may send a request; to false where nothing is to be sent any more. */
  acquire(rank: () => number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push({ rank, resolve });
      this.#grant();
    });
  }

  release(): void {
    this.#held -= 1;
    this.#grant();
  }

  /** Grants no permits until {@link resume}. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#grant();
  }

  /** Grants no more permits: all who wait get `false`. */
  end(): void {
    this.#isOver = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }

  #grant(): void {
    if (this.#isOver) this.end();
    while (this.#waiting.length > 0 && this.#held < this.#most && !this.#isPaused) {
      this.#waiting.sort((one, other) => one.rank() - other.rank());
      this.#held += 1;
      this.#waiting.shift()?.resolve(true);
    }
  }
}
