let flag: Int32Array | undefined;

/** Says where the thread that started the server notes that it closes it. */
export function watchClosing(shared: SharedArrayBuffer): void {
  flag = new Int32Array(shared);
}

/**
 * Throws if the server is being closed. Long computations call it: the thread cannot receive messages meanwhile, and a
 * thread that is ended in the middle of one can take the process with it.
 */
export function throwIfClosing(): void {
  if (flag !== undefined && Atomics.load(flag, 0) === 1) throw new Error("The mock server is closed");
}
