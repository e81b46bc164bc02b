import { APIConnectionError, AsyncAnthropic, PageturnError } from "pageturn";
import { describe, expect, it } from "vitest";
import { isRightForPageturn } from "../../src/faults/error-class.ts";
import { type FaultCase, listSize, positions } from "../../src/faults/fault-case.ts";
import { type Verdict, verdictOf } from "../../src/faults/verdict.ts";
import type { WalkEnd } from "../../src/faults/walked.ts";

const whole = positions(0, listSize).map((position) => `item-${position}`);
const done = (complete: boolean | null): WalkEnd => ({ kind: "done", complete });
const failed = (error: unknown): WalkEnd => ({ kind: "error", error, checkpoint: null });

function verdict(keys: readonly string[], end: WalkEnd, played: Partial<FaultCase> = {}): Verdict {
  return verdictOf({ keys, end }, { whole, played, isRightClass: isRightForPageturn });
}

describe("the verdict on a walk", () => {
  it("is exact where all items came once, in order", () => {
    expect(verdict(whole, done(null))).toEqual({ kind: "exact" });
    expect(verdict(whole, done(false))).toEqual({ kind: "exact", detail: "says incomplete" });
  });

  it("tells a loss that the client owns up to from a silent one", () => {
    expect(verdict(whole.slice(0, 20), done(false)).kind).toBe("stopped, says incomplete");
    expect(verdict(whole.slice(0, 20), done(true))).toEqual({ kind: "silent loss", detail: "30 missing" });
    expect(verdict(whole.slice(0, 20), done(null)).kind).toBe("silent loss");
  });

  it("tells what the server repeats from what the client repeats", () => {
    const again = [...whole.slice(0, 20), ...whole.slice(19)];
    const served = [...positions(0, 20), ...positions(19, listSize)];
    expect(verdict(again, done(true), { served })).toEqual({ kind: "as served", detail: "1 twice" });
    expect(verdict(again, done(true))).toEqual({ kind: "duplicate", detail: "1 twice" });
  });

  it("takes no other order for the list", () => {
    expect(verdict(whole.toReversed(), done(true))).toEqual({
      kind: "silent loss",
      detail: "in another order",
    });
  });

  it("is a loss where something that is no item was handed out", () => {
    expect(verdict(["n", "o"], done(true)).detail).toBe("2 values that are not items");
  });

  it("is a silent loss where a failure was taken for the end", () => {
    const served = positions(0, 20);
    expect(verdict(whole.slice(0, 20), done(true), { served, failure: "not a list" }).kind).toBe(
      "silent loss",
    );
  });

  it("asks for the class that was made for the failure", async () => {
    const client = new AsyncAnthropic({ apiKey: "k", baseURL: "http://127.0.0.1:9", maxRetries: 0 });
    const error = await client.models.list().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(verdict([], failed(error), { failure: "connection" }).kind).toBe("error");
    expect(verdict([], failed(error), { failure: "timeout" }).kind).toBe("wrong class");
    expect(verdict([], failed(new TypeError()), {})).toEqual({ kind: "wrong class", detail: "TypeError" });
    expect(verdict(["item-7"], failed(new PageturnError("x")), {}).kind).toBe("silent loss");
  });

  it("calls a walk that had to be cut endless, unless the server asked to wait", () => {
    expect(verdict([], { kind: "cut", by: "requests" }).kind).toBe("endless");
    expect(verdict([], { kind: "cut", by: "time" }, { asksToWait: "an hour" }).kind).toBe("waits as asked");
  });
});
