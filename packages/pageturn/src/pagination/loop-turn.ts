/** As it is when this file is loaded, since tests with fake timers replace it. Browsers have none. */
const soon: (callback: () => void) => unknown = globalThis.setImmediate ?? queueMicrotask;

/**
 * Lets the event loop of Node turn once: only then does a request that was just made go out, and the consumer may
 * be about to block the thread with its work. Browsers send from another thread anyway.
 */
export function loopTurn(): Promise<void> {
  return new Promise((resolve) => {
    soon(resolve);
  });
}
