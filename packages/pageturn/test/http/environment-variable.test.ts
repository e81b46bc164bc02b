import { Anthropic } from "pageturn";
import { afterEach, expect, test, vi } from "vitest";
import { mayReadVariable, readVariable } from "../../src/http/environment-variable.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** An environment as Deno has it without a permission. */
function denyAll(): void {
  const env = new Proxy(
    {},
    {
      get: (_, name) => {
        throw Object.assign(new Error(`Requires env access to "${String(name)}"`), { name: "NotCapable" });
      },
    },
  );
  vi.stubGlobal("process", Object.create(process, { env: { value: env } }));
}

test("a variable that the program may not read is not set", () => {
  denyAll();
  expect([readVariable("ANTHROPIC_API_KEY"), mayReadVariable("ANTHROPIC_API_KEY")]).toEqual([
    undefined,
    false,
  ]);
});

test("without a permission to read the environment, the error for a missing key names it", () => {
  denyAll();
  expect(() => new Anthropic().models.list()).toThrow(
    /Set ANTHROPIC_API_KEY and permit the program to read it \(--allow-env\), or pass apiKey/,
  );
});

test("where there is no environment, no variable is set", () => {
  vi.stubGlobal("process", undefined);
  expect([readVariable("HTTP_PROXY"), mayReadVariable("HTTP_PROXY")]).toEqual([undefined, true]);
});
