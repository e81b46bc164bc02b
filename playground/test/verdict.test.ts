import { expect, it } from "vitest";
import type { Ending } from "../src/walk/lane.ts";
import { tally } from "../src/walk/tally.ts";
import { loopVerdict, walkVerdict } from "../src/walk/verdict.ts";

const list = ["a", "b", "c", "d"];
const ended: Ending = { how: "ended", complete: null, because: null };
const whole: Ending = { how: "ended", complete: true, because: null };
const result = (received: readonly string[], ending: Ending, known: readonly string[] | null = list) => ({
  ending,
  tally: tally(received, known),
  requests: 3,
  elapsedMs: 1234,
});

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
  expect(loopVerdict(result(short, ended), tally(list, list)).title).toBe("Loses 1 item, and says nothing");
  expect(loopVerdict(result(short, ended), tally(short, list)).title).toBe(
    "1 item missing: the server left it out",
  );
  expect(walkVerdict(result(short, whole)).title).toBe("1 item missing: the server left it out");
});

it("says what repeats", () => {
  const twice = [...list, "d"];
  expect(loopVerdict(result(twice, ended), tally(list, list)).title).toBe("Repeats 1 item, and says nothing");
  expect(walkVerdict(result(twice, whole)).title).toBe("1 item repeated, as the server sent it");
});

it("says what is of another list", () => {
  expect(walkVerdict(result([...list, "x"], whole)).title).toBe("1 item of another list");
});

it("says what a whole list cost", () => {
  expect(walkVerdict(result(list, whole))).toEqual({
    tone: "good",
    title: "Complete: 4 items, each once",
    detail: "3 requests in 1.2 s.",
  });
  expect(walkVerdict(result(list, whole, null)).title).toBe("4 items, to the end of the list");
});

it("does not call a list endless that is not known", () => {
  const cut: Ending = { how: "cut", why: "requests" };
  expect(loopVerdict(result(list, cut), null).title).toBe("Never ends");
  const title = "Ended by this page after 3 requests: 4 items so far";
  expect(loopVerdict(result(list, cut, null), null).title).toBe(title);
  expect(walkVerdict(result(list, cut, null))).toEqual({
    tone: "info",
    title,
    detail: "The checkpoint is kept: continue for more.",
  });
});
