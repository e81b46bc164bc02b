import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FractionOf } from "../../src/export/progress-fraction.ts";
import { ProgressMeter } from "../../src/export/progress-meter.ts";

const LINE_MS = 5000;

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] });
  vi.stubEnv("TERM", "dumb");
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** How long the rest takes, as the line after each five seconds says it, with this much done in them. */
async function left(shares: readonly number[], isEven: boolean): Promise<readonly (string | undefined)[]> {
  const meter = await ProgressMeter.start({ quiet: false });
  meter.begin(0);
  const said: (string | undefined)[] = [];
  for (const share of shares) {
    const fractionOf: FractionOf = () => share;
    meter.fractionOf = Object.assign(fractionOf, { isEven });
    // The meter reads one item of 64.
    for (let row = 0; row < 64; row += 1) meter.row({});
    vi.advanceTimersByTime(LINE_MS);
    said.push(/, ([^,]+) left\n$/.exec(lines.at(-1) ?? "")?.[1]);
  }
  meter.stop();
  expect(lines).toHaveLength(shares.length);
  return said;
}

describe("the time that is left", () => {
  it("is that of the rest at the speed so far", async () => {
    // After 10, 15, 20 and 25 seconds.
    expect(await left([0, 0.2, 0.25, 0.8, 1], true)).toEqual([undefined, "40 s", "45 s", "5 s", "0 s"]);
    lines = [];
    expect(await left([0, 0.01, 0.001], true)).toEqual([undefined, "17 min", "4 h"]);
  });

  it("is that of this run: what an earlier one has done took none of its time", async () => {
    expect(await left([0.5, 0.75], true)).toEqual([undefined, "10 s"]);
  });

  it("is said for a range of time once more than a tenth of it is done", async () => {
    expect(await left([0, 0.05, 0.1, 0.125, 0.5], false)).toEqual([
      undefined,
      undefined,
      undefined,
      "2 min",
      "25 s",
    ]);
    lines = [];
    expect(await left([0.5, 0.6, 0.75], false)).toEqual([undefined, undefined, "15 s"]);
  });
});
