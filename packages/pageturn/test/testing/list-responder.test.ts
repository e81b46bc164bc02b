import { describe, expect, it } from "vitest";
import { BodyCache } from "../../src/testing/list-responder.ts";

describe("a body cache", () => {
  const made: string[] = [];
  const maker = (name: string, bytes: number) => () => {
    made.push(name);
    return new Uint8Array(bytes);
  };

  it("makes a body once, and again when the ones asked for later pushed it out", () => {
    const cache = new BodyCache(100);
    cache.get("a", maker("a", 40));
    cache.get("b", maker("b", 40));
    cache.get("a", maker("a", 40));
    cache.get("c", maker("c", 40));
    cache.get("a", maker("a", 40));
    cache.get("b", maker("b", 40));
    expect(made).toEqual(["a", "b", "c", "b"]);
  });

  it("keeps no body larger than itself", () => {
    made.length = 0;
    const cache = new BodyCache(10);
    cache.get("a", maker("a", 11));
    cache.get("a", maker("a", 11));
    expect(made).toEqual(["a", "a"]);
  });
});
