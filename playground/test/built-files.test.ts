import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { buildPage, dist } from "./open-page.ts";

beforeAll(buildPage);

describe("the built page", () => {
  it("loads less than 100 kB, and the mock server in less than 60 kB", () => {
    const bytes = (file: string) => gzipSync(readFileSync(`${dist}/${file}`)).byteLength;
    const assets = readdirSync(`${dist}/assets`).map((name) => `assets/${name}`);
    const loaded = ["index.html", ...assets].reduce((sum, file) => sum + bytes(file), 0);
    expect(loaded).toBeLessThan(100_000);
    expect(bytes("service-worker.js")).toBeLessThan(60_000);
  });

  it("imports nothing", () => {
    const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => name.endsWith(".js"))) {
      const code = readFileSync(`${dist}/${file}`, "utf8");
      expect(/^import\b/m.test(code) || /\bimport\(/.test(code), file).toBe(false);
    }
  });
});
