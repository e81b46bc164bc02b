import { describe, expect, it } from "vitest";
import { ScriptPlayer } from "../../../src/testing/faults/fault-script.ts";

const cue = { path: "/v1/models", page: 1 };

describe("a script", () => {
  it("lets requests pass that no step fits", () => {
    const player = new ScriptPlayer([{ fault: "emptyPage", page: 2 }]);
    expect(player.next(cue).fault).toBe("none");
    expect(player.next({ ...cue, page: null }).fault).toBe("none");
    expect(player.next({ ...cue, page: 2 }).fault).toBe("emptyPage");
    expect(player.next({ ...cue, page: 2 }).fault).toBe("none");
  });

  it("plays the first of two steps that fit", () => {
    const player = new ScriptPlayer([
      { fault: "emptyPage", request: 2 },
      { fault: "repeatCursor", times: "always" },
      { fault: "garbageHttp" },
    ]);
    const played = [1, 2, 3, 4].map(() => player.next(cue).fault);
    expect(played).toEqual(["repeatCursor", "emptyPage", "repeatCursor", "repeatCursor"]);
  });

  it("never plays a step with no times", () => {
    expect(new ScriptPlayer([{ fault: "garbageHttp", times: 0 }]).next(cue).fault).toBe("none");
  });
});
