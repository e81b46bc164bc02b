import type { Ending } from "./lane.ts";
import type { Repeats } from "./open-list.ts";
import type { Tally } from "./tally.ts";
import { SILENCE_MS } from "./time-limits.ts";

/** What became of a lane, in words. */
export interface Verdict {
  readonly tone: "good" | "bad" | "warn" | "info";
  readonly title: string;
  readonly detail: string;
}

export interface LaneResult {
  readonly ending: Ending;
  readonly tally: Tally;
  readonly requests: number;
  readonly elapsedMs: number;
  /** How many answers were pages without a field for items. */
  readonly blanks: number;
  /** Whether the browser keeps the newest checkpoint. */
  readonly isKept: boolean;
}

/** What the lanes ran with. */
export interface Circumstances {
  /** Whether the server plays a fault. */
  readonly hasFaults: boolean;
  readonly repeats: Repeats;
}

/** The verdict on a walk of pageturn. */
export function walkVerdict(result: LaneResult, { hasFaults, repeats }: Circumstances): Verdict {
  const { ending, tally, isKept, ...cost } = result;
  const kept = (then: string): string =>
    isKept ? `The checkpoint is kept${then}` : "The browser does not keep the checkpoint.";
  switch (ending.how) {
    case "failed":
      return {
        tone: "warn",
        title: `Stops with ${ending.name}, after ${items(tally.received)}`,
        detail: `${sentence(ending.message)} ${
          ending.name === "CheckpointError"
            ? "Forget it, and run both."
            : kept(hasFaults ? ": turn the fault off and continue." : ": continue to try again.")
        }`,
      };
    case "stopped":
      return {
        tone: "info",
        title: `Stopped: ${items(tally.received)} so far`,
        detail: kept(". Continue now, or reload the page first."),
      };
    case "cut":
      return { ...enough(tally, cost), detail: kept(": continue for more.") };
    case "ended":
      if (ending.complete !== true) {
        return {
          tone: "warn",
          title: `Says that it is incomplete, after ${items(tally.received)}`,
          detail: `outcome.complete is false${ending.because === null ? "" : `, because: ${ending.because}`}.`,
        };
      }
      return servedVerdict(result, repeats) ?? allReceived(tally, cost);
  }
}

const onRepeats: Readonly<Record<Repeats, string>> = {
  switchedOff: "The option distinctBy drops repeats.",
  dropped: "The option distinctBy compares the items since the checkpoint.",
  slices: "A walk in slices returns what the server sends.",
  noId: "The items have no id that the option distinctBy could compare.",
};

/** What the server's own answers leave out or repeat. */
function servedVerdict({ tally, blanks }: LaneResult, onRepeat: Repeats): Verdict | null {
  const { missing, repeats, foreign } = tally;
  if (missing > 0) {
    return {
      tone: "warn",
      title: `${items(missing)} missing: the server left ${missing === 1 ? "it" : "them"} out`,
      detail:
        blanks === 0
          ? "Nothing in its answers shows it, so no client can know."
          : "A page has no field for items and leads to no other: the API documents that for the end of a list.",
    };
  }
  if (repeats > 0) {
    return {
      tone: "warn",
      title: `${items(repeats)} repeated, as the server sent ${repeats === 1 ? "it" : "them"}`,
      detail: onRepeats[onRepeat],
    };
  }
  if (foreign === 0) return null;
  return {
    tone: "warn",
    title: `${items(foreign)} of another list`,
    detail: "The server ignored the filters, and nothing in its answers shows it.",
  };
}

/**
 * The verdict on the plain loop. `walk` is what a complete walk received of the same server: the loop is not to blame for what the
 * server itself leaves out or repeats.
 */
export function loopVerdict(
  result: LaneResult,
  { walk, repeats: onRepeat }: Pick<Circumstances, "repeats"> & { readonly walk: Tally | null },
): Verdict {
  const { ending, tally, ...cost } = result;
  const { missing, repeats, received } = tally;
  switch (ending.how) {
    case "failed":
      return {
        tone: "bad",
        title: `Fails with ${ending.name}, after ${items(received)}`,
        detail: `${sentence(ending.message)} It has no checkpoint: it starts again from the first item.`,
      };
    case "stopped":
      return {
        tone: "info",
        title: `Stopped: ${items(received)} so far`,
        detail: "It has no checkpoint: it starts again from the first item.",
      };
    case "cut":
      if (ending.why === "silence") {
        return {
          tone: "bad",
          title: `Waits forever, after ${items(received)}`,
          detail: `This page ended it after ${SILENCE_MS / 1000} seconds without an answer.`,
        };
      }
      // A list that is not known may be as long as that.
      if (tally.times === null) return enough(tally, cost);
      return {
        tone: "bad",
        title: "Never ends",
        detail: `This page ended it after ${cost.requests} requests and ${items(received)}, ${repeats} of them repeated.`,
      };
    case "ended":
      if (walk !== null && missing === walk.missing && repeats === walk.repeats) {
        return servedVerdict(result, onRepeat) ?? allReceived(tally, cost);
      }
      if (missing > 0) {
        return {
          tone: "bad",
          title: `Loses ${items(missing)}, and says nothing`,
          detail: "It ends as if the list were complete.",
        };
      }
      if (repeats > 0) {
        return {
          tone: "bad",
          title: `Repeats ${items(repeats)}, and says nothing`,
          detail: "It does not compare what it receives.",
        };
      }
      return servedVerdict(result, onRepeat) ?? allReceived(tally, cost);
  }
}

type Cost = Pick<LaneResult, "requests" | "elapsedMs">;

function enough({ received, repeats }: Tally, { requests }: Cost): Verdict {
  const title = `Ended by this page after ${requests} requests: ${items(received)} so far`;
  return { tone: "info", title, detail: repeats === 0 ? "" : `${repeats} of them repeated.` };
}

function allReceived({ received, times }: Tally, { requests, elapsedMs }: Cost): Verdict {
  const detail = `${requests} ${requests === 1 ? "request" : "requests"} in ${(elapsedMs / 1000).toFixed(1)} s.`;
  if (times === null) return { tone: "good", title: `${items(received)}, to the end of the list`, detail };
  return { tone: "good", title: `Complete: ${items(times.length)}, each once`, detail };
}

/** A message with a full stop, so that a sentence can follow it. */
export function sentence(text: string): string {
  return text.replace(/[.:]?$/, ".");
}

function items(count: number): string {
  return `${count} ${count === 1 ? "item" : "items"}`;
}
