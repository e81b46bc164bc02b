import { tmpdir } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { npm } from "../../../../scripts/pack-library.ts";
import { setUserAside } from "../../../../scripts/set-user-aside.ts";

afterEach(() => vi.unstubAllEnvs());

test("a key, a server and a proxy of the user do not reach a test, and npm keeps the proxy", () => {
  for (const name of ["npm_config_proxy", "npm_config_https_proxy", "npm_config_noproxy"])
    vi.stubEnv(name, undefined);
  const set = {
    ANTHROPIC_API_KEY: "key",
    HTTPS_PROXY: "http://upper.example:1",
    https_proxy: "http://proxy.example:2",
    HTTP_PROXY: "http://proxy.example:3",
    no_proxy: "registry.example",
    ALL_PROXY: "http://proxy.example:4",
  };
  for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
  setUserAside(process.env);
  for (const name of Object.keys(set)) expect(process.env[name]).toBeUndefined();
  const config = (name: string) => npm(["config", "get", name], tmpdir()).trim();
  expect(config("proxy")).toMatch(/^http:\/\/proxy\.example:3\/?$/);
  expect(config("https-proxy")).toMatch(/^http:\/\/proxy\.example:2\/?$/);
  expect(config("noproxy")).toBe("registry.example");
});

test("a proxy that is set for npm alone stays", () => {
  const env = {
    npm_config_proxy: "http://own.example:1",
    HTTP_PROXY: "http://proxy.example:2",
    NO_PROXY: "",
  };
  setUserAside(env);
  expect(env).toEqual({
    npm_config_proxy: "http://own.example:1",
    YARN_HTTP_PROXY: "http://proxy.example:2",
  });
});
