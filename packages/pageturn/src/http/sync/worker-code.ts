const file = new URL("./sync-worker.ts", import.meta.url);

/**
 * The program of the worker thread: here its file, in the built library its code as text, which the build puts here. A program
 * that is bundled into one file has no other file beside it. A thread cannot start with a module of a web server, as JSR is one,
 * but it can import it.
 */
export const WORKER_CODE: string | URL =
  file.protocol === "file:" ? file : `import(${JSON.stringify(file.href)})`;

// Not called: Deno fetches what a module names before it runs, and nothing for the thread while the program waits for it.
void (() => import("./sync-worker.ts"));
