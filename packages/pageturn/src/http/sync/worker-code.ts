/**
 * The program of the worker thread: here its file, in the built library its code as text, which the build puts here. A program
 * that is bundled into one file has no other file beside it.
 */
export const WORKER_CODE: string | URL = new URL("./sync-worker.ts", import.meta.url);
