import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { setUserAside } from "./scripts/set-user-aside.ts";

const src = fileURLToPath(new URL("./packages/pageturn/src/", import.meta.url));

// No test depends on what the user has set.
setUserAside(process.env);

export default defineConfig({
  resolve: {
    alias: [
      { find: /^pageturn$/, replacement: `${src}pageturn.ts` },
      { find: /^pageturn\/([a-z-]+)$/, replacement: `${src}$1.ts` },
      { find: /^#default-transport$/, replacement: `${src}http/default-transport.node.ts` },
    ],
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "playground/test/**/*.test.ts", "site/test/**/*.test.ts"],
    pool: "forks",
    // V8 can abort a process in which threads end while it frees WebAssembly code (nodejs/node#64500). Each thread of the
    // mock server has such code here, as Node strips the types of the sources with it, and PGlite is WebAssembly.
    execArgv: ["--no-wasm-code-gc"],
    // Many tests wait for processes, servers and times: with a file for each processor, a quarter of their time was idle.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // The threads of mock servers and other processes take the compiled code that the first one of them leaves.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL("./node_modules/.cache/pageturn/compiled", import.meta.url)),
    },
    // Ends a test that hangs, also on a slow machine. No test measures time by it.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Ends a wait for what does not come: the default of a second is too short on a slow machine. Shorter than the half minute
    // after which idle connections close by themselves.
    expect: { poll: { timeout: 20_000 } },
    coverage: {
      provider: "v8",
      include: ["packages/pageturn/src/**/*.ts"],
      reporter: [["text", { skipFull: true }], "json-summary"],
      // Pages and walks are the promise of this library: no line or branch of them goes untested.
      thresholds: { "packages/pageturn/src/pagination/**": { lines: 100, branches: 100 } },
    },
  },
});
