import { describe, expect, test } from "vitest";
import { checkedCredentials } from "../../pageturn/src/anthropic/credentials.ts";
import { checkedWorkspace } from "../../pageturn/src/anthropic/workspace.ts";
import { timeoutFailure, tooLargeFailure } from "../../pageturn/src/http/failures.ts";
import { cycleError, idleError, incompleteError } from "../../pageturn/src/pagination/walk/outcome.ts";
import { commandWords, incompleteness } from "../src/command-words.ts";

const request = { method: "GET", url: "https://api.example.com/v1/models" };

function thrown(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing was thrown");
}

/** Names of options of the library. */
const OPTION =
  /onCycle|onIncomplete|emptyPages|maxEmptyPages|maxRetries|maxResponseBytes|baseURL|apiKey|authToken|apiVersion|workspaceId|defaultHeaders|pace:|`(?:items|limit|timeout|headers)`/;

describe("what the command says of an error of the library", () => {
  test.each([
    [incompleteError("/v1/models", { because: "moreAnnounced", total: "" }), "sends no cursor"],
    [
      incompleteError("/v1/models", { because: "totalNotReached", total: "9 items" }),
      "9 items, and sent fewer",
    ],
    [cycleError("/v1/models"), "already requested"],
    [idleError("/v1/models", 100), "without new items"],
    [timeoutFailure(request, 1000), "Raise --timeout, or request smaller pages with --page-size"],
    [tooLargeFailure(request, 1000), "Request smaller pages with --page-size"],
    [thrown(() => checkedCredentials({}, {})), "or keep a key in a profile: pageturn login"],
    [thrown(() => checkedWorkspace(1)), "Cannot use --workspace as it must be the id of a workspace"],
    [new Error("Try again later, or raise maxRetries"), "or raise --max-retries"],
    [new Error('Send fewer requests (pace: "auto") or raise maxRetries'), "or raise --max-retries"],
    [new Error("check baseURL and the path"), "check --base-url and the path"],
    [
      new Error("the likely cause is a baseURL that ends in it. Leave it out of baseURL"),
      "out of --base-url",
    ],
    [
      new Error(
        "State where the items are with `items`, of the strategy or of the list: a key, a path, or []",
      ),
      "State where the items are with --items",
    ],
  ])("%s", (error, expected) => {
    const said = commandWords(error.message);
    expect(said).toContain(expected);
    expect(said).not.toMatch(OPTION);
    expect(said).not.toMatch(/\s$|\.\./);
  });

  test.each(["moreAnnounced", "cursorAfterEnd", "emptyPageStop", "totalNotReached", "noItems"])(
    "the message for an incomplete list explains %s",
    (incompleteBecause) => {
      const why = incompleteness({ complete: false, reason: "exhausted", incompleteBecause });
      expect(why).not.toContain(incompleteBecause);
      expect(why).toMatch(/ .* /);
    },
  );

  test("the message for a cycle explains it, and a list that was cut by --max-items is not incomplete", () => {
    expect(incompleteness({ complete: false, reason: "cycle", incompleteBecause: null })).toContain(
      "led back",
    );
    expect(incompleteness({ complete: false, reason: "maxItems", incompleteBecause: null })).toBeNull();
    expect(incompleteness({ complete: true, reason: "exhausted", incompleteBecause: null })).toBeNull();
  });
});
