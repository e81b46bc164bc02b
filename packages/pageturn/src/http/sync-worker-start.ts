import { ConfigurationError } from "../errors/configuration-error.ts";
import { SyncBridge } from "./sync-bridge.ts";

function notHere(why: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(`The synchronous client ${why}`, cause === undefined ? undefined : { cause });
}

/** The worker's file, beside this one: `.ts` in the source, `.js` where it was built. */
function workerEntry(): URL {
  const own = import.meta.url;
  try {
    return new URL(own.endsWith(".ts") ? "./sync-worker.ts" : "./sync-worker.js", own);
  } catch (cause) {
    throw notHere(
      "cannot find its own files. Tell the bundler to leave the package pageturn as it is.",
      cause,
    );
  }
}

/**
 * Starts the worker that carries synchronous requests.
 *
 * @throws {@link ConfigurationError} where there is no Node, or a bundler has left the worker's file out.
 */
export function startSyncWorker(): SyncBridge {
  // Not by an import: bundlers for browsers would stumble over it, though nobody calls this there.
  const builtin = typeof process === "undefined" ? undefined : process.getBuiltinModule;
  if (builtin === undefined) {
    throw notHere(
      "needs Node.js 20.16 or newer: no other runtime can wait for an answer. Use AsyncAnthropic.",
    );
  }
  const entry = workerEntry();
  if (entry.protocol === "file:" && !builtin("node:fs").existsSync(entry)) {
    throw notHere(
      `cannot find its worker at ${entry.href}. Tell the bundler to leave the package pageturn as it is, ` +
        "or use AsyncAnthropic.",
    );
  }
  return new SyncBridge(builtin("node:worker_threads"), { entry });
}
