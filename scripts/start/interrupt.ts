/** 128 + SIGINT, as shells have it. */
const INTERRUPTED = 130;

function end(): void {
  process.exit(INTERRUPTED);
}

/** Ctrl-C ends the program without a word. */
export function endOnInterrupt(): void {
  process.on("SIGINT", end);
}

/**
 * Does something that blocks this thread. No handler could run meanwhile, so Ctrl-C is left to the system, which
 * ends the process at once.
 */
export function blocking<T>(work: () => T): T {
  process.off("SIGINT", end);
  try {
    return work();
  } finally {
    process.on("SIGINT", end);
  }
}
