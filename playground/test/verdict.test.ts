import { expect, it } from "vitest";
import type { Ending } from "../src/walk/lane.ts";
import { type Tally, tally } from "../src/walk/tally.ts";
import { type Circumstances, type LaneResult, loopVerdict, walkVerdict } from "../src/walk/verdict.ts";

const list = ["a", "b", "c", "d"];
const ended: Ending = { how: "ended", complete: null, because: null };
const whole: Ending = { how: "ended", complete: true, because: null };
const result = (
  received: readonly string[],
  ending: Ending,
  known: readonly string[] | null = list,
): LaneResult => ({
  ending,
  tally: tally(received, known),
  requests: 3,
  elapsedMs: 1234,
  blanks: 0,
  isKept: true,
});
const run: Circumstances = { hasFaults: false, repeats: "dropped" };
const ofWalk = (each: LaneResult, changes: Partial<Circumstances> = {}) =>
  walkVerdict(each, { ...run, ...changes });
const ofLoop = (each: LaneResult, walk: Tally | null) => loopVerdict(each, { ...run, walk });

it("counts how often each item of the list was received", () => {
  expect(tally(["a", "c", "c", "x"], list)).toEqual({
    received: 4,
    times: [1, 0, 2, 0],
    missing: 2,
    repeats: 1,
    foreign: 1,
  });
  expect(tally(["a", "a"], null)).toEqual({ received: 2, times: null, missing: 0, repeats: 1, foreign: 0 });
});

it("tells a loss of the loop from what the server leaves out", () => {
  const short = ["a", "b", "c"];
  expect(ofLoop(result(short, ended), tally(list, list)).title).toBe("Loses 1 item, and says nothing");
  expect(ofLoop(result(short, ended), tally(short, list)).title).toBe(
    "1 item missing: the server left it out",
  );
  expect(ofWalk(result(short, whole)).title).toBe("1 item missing: the server left it out");
});

it("says what repeats", () => {
  const twice = [...list, "d"];
  expect(ofLoop(result(twice, ended), tally(list, list)).title).toBe("Repeats 1 item, and says nothing");
  expect(ofWalk(result(twice, whole)).title).toBe("1 item repeated, as the server sent it");
});

it("says what is of another list", () => {
  expect(ofWalk(result([...list, "x"], whole)).title).toBe("1 item of another list");
});

it("says what a whole list cost", () => {
  expect(ofWalk(result(list, whole))).toEqual({
    tone: "good",
    title: "Complete: 4 items, each once",
    detail: "3 requests in 1.2 s.",
  });
  expect(ofWalk(result(list, whole, null)).title).toBe("4 items, to the end of the list");
});

it("does not call a list endless that is not known", () => {
  const cut: Ending = { how: "cut", why: "requests" };
  expect(ofLoop(result(list, cut), null).title).toBe("Never ends");
  const title = "Ended by this page after 3 requests: 4 items so far";
  expect(ofLoop(result(list, cut, null), null).title).toBe(title);
  expect(ofWalk(result(list, cut, null))).toEqual({
    tone: "info",
    title,
    detail: "The checkpoint is kept: continue for more.",
  });
});

it("advises distinctBy where it is switched off alone", () => {
  const twice = result([...list, "d"], whole);
  expect(ofWalk(twice, { repeats: "switchedOff" }).detail).toBe("The option distinctBy drops repeats.");
  for (const repeats of ["dropped", "slices", "noId"] as const)
    expect(ofWalk(twice, { repeats }).detail).not.toContain("drops");
});

it("says that a page without a field for items shows what is missing", () => {
  const short = result(["a", "b"], whole);
  expect(ofWalk(short).detail).toBe("Nothing in its answers shows it, so no client can know.");
  expect(ofWalk({ ...short, blanks: 1 }).detail).toBe(
    "A page has no field for items and leads to no other: the API documents that for the end of a list.",
  );
});

it("says what to do after a failure: nothing about faults where there are none", () => {
  const failed = (name: string) => result(["a"], { how: "failed", name, message: "It fails" });
  const detail = (name: string, hasFaults: boolean) => ofWalk(failed(name), { hasFaults }).detail;
  expect(detail("APIError", true)).toBe("It fails. The checkpoint is kept: turn the fault off and continue.");
  expect(detail("APIError", false)).toBe("It fails. The checkpoint is kept: continue to try again.");
  expect(detail("CheckpointError", false)).toBe("It fails. Forget it, and run both.");
  expect(detail("CheckpointError", true)).toBe("It fails. Forget it, and run both.");
});

it("does not say that a checkpoint is kept that the browser refuses", () => {
  for (const ending of [
    { how: "failed", name: "APIError", message: "It fails" },
    { how: "stopped" },
    { how: "cut", why: "requests" },
  ] as const) {
    const { detail } = ofWalk({ ...result(["a"], ending), isKept: false });
    expect(detail).toContain("The browser does not keep the checkpoint.");
    expect(detail).not.toContain("is kept");
  }
});
