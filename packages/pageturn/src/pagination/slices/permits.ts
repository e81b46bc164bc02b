/** Something that asks for a permit. */
interface Applicant {
  /** The smaller it is, the sooner the permit is granted. */
  rank(): number;
  /** Whether it could use the permit now. */
  isReady(): boolean;
}

interface Waiting {
  readonly applicant: Applicant;
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
  acquire(applicant: Applicant): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push({ applicant, resolve });
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
      const ready = this.#waiting.filter(({ applicant }) => applicant.isReady());
      const [next] = ready.sort((one, other) => one.applicant.rank() - other.applicant.rank());
      if (next === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#held += 1;
      next.resolve(true);
    }
  }
}
