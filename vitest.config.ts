import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./packages/pageturn/src/", import.meta.url));

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
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["packages/pageturn/src/**"],
      reporter: [["text", { skipFull: true }], "json-summary"],
      // Pages and walks are the promise of this library: no line or branch of them goes untested.
      thresholds: { "packages/pageturn/src/pagination/**": { lines: 100, branches: 100 } },
    },
  },
});
