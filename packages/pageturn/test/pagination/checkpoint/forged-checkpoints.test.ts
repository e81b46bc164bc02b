import { CheckpointError, idStrategy } from "pageturn/pagination";
import { describe, expect, test } from "vitest";
import { resumeAt } from "../../../src/pagination/checkpoint/resume.ts";
import { checkpoint, list } from "./genuine-checkpoint.ts";

describe("a forged checkpoint changes nothing but the cursor", () => {
  const at = (query: unknown) => ({ at: { query } });
  const own = (json: string) => ({ at: { query: JSON.parse(json) } });

  test.each<[string, object]>([
    ["the version before", { v: 1 }],
    ["a version to come", { v: 3 }],
    ["no version", { v: undefined }],
    ["an array for its query", { query: [] }],
    ["text for its query", { query: "q=5" }],
    ["no position", { at: undefined }],
    ["another path", { at: { path: "/v1/secrets", query: {} } }],
    ["the list's own path, once more", { at: { path: "/v1/list", query: {} } }],
    ["another filter", at({ q: "6" })],
    ["a filter taken out", at({ q: null })],
    ["a filter in another form", at({ "ids[]": ["c"] })],
    ["a new parameter", at({ admin: "true" })],
    ["__proto__ for a parameter", own('{ "__proto__": "x" }')],
    ["constructor for a parameter", at({ constructor: "x" })],
    ["an object for a cursor", at({ after_id: { gte: "x" } })],
    ["an array for a cursor", at({ after_id: ["x"] })],
    ["true for a cursor", at({ after_id: true })],
    ["a limit of 0", at({ limit: 0 })],
    ["a limit that is none", at({ limit: "1&q=6" })],
    ["limits in an array", at({ limit: ["1"] })],
    ["an old limit that is none", { query: { "ids[]": ["a", "b"], q: "5", limit: "all" } }],
    ["an offset below 0", { offset: -1 }],
    ["half an offset", { offset: 1.5 }],
    ["text for an offset", { offset: "2" }],
    ["no offset", { offset: undefined }],
    ["no last item", { last: null }],
    ["a number for the last item", { last: 5 }],
  ])("%s is refused", (_, forged) => {
    expect(() => resumeAt(list, checkpoint(forged), idStrategy)).toThrow(CheckpointError);
  });

  test.each([null, undefined, 7, "x", [], true])("%j is none", (value) => {
    expect(() => resumeAt(list, JSON.parse(JSON.stringify(value) ?? "null"), idStrategy)).toThrow(
      CheckpointError,
    );
  });

  test("what cannot be JSON is refused: nested too deep, or holding itself", () => {
    const deep = JSON.parse("[".repeat(200_000) + "]".repeat(200_000));
    const endless: Record<string, unknown> = {};
    endless["at"] = endless;
    for (const forged of [{ query: deep }, endless]) {
      expect(() => resumeAt(list, { ...checkpoint(), ...forged }, idStrategy)).toThrow(
        /it is not plain JSON/,
      );
    }
  });

  test("what is huge is refused in little time, and not shown whole", () => {
    const query = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`p${index}`, "x"]));
    expect(() => resumeAt(list, checkpoint({ query }), idStrategy)).toThrow(CheckpointError);
    const refusal = () => resumeAt(list, checkpoint({ path: "x".repeat(1_000_000) }), idStrategy);
    expect(refusal).toThrow(/^.{1,400}$/s);
  });

  test("what it says beyond its form is not looked at", () => {
    const more = {
      base: "https://evil.example",
      host: "evil",
      reversed: "yes",
    };
    const forged = checkpoint({ ...more, at: { query: { after_id: "item_3" }, ...more } });
    expect(resumeAt(list, forged, idStrategy)).toEqual(resumeAt(list, checkpoint(), idStrategy));
  });

  test("and pollutes nothing", () => {
    const forged = JSON.parse(
      JSON.stringify(checkpoint()).replace('"after_id"', '"__proto__":{"x":1},"after_id"'),
    );
    expect(() => resumeAt(list, forged, idStrategy)).toThrow(/would change "__proto__"/);
  });
});
