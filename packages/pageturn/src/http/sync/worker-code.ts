/**
 * The program of the worker as text, so that the library still works when it is bundled into one file. The build fills it in.
 * In the source it is undefined: the file `sync-worker.ts` is run.
 */
export const WORKER_CODE: string | undefined = undefined;
