import { lists } from "virtual:lists";
import { useEffect, useRef, useState } from "preact/hooks";
import { forgetWalk, type KeptWalk, keptWalk } from "../walk/checkpoint-store.ts";
import { loopCode, walkCode } from "../walk/code.ts";
import type { Lane } from "../walk/lane.ts";
import { type Chosen, repeatsOf } from "../walk/open-list.ts";
import { readTruth, runLoop, runWalk } from "../walk/run-lanes.ts";
import { tally } from "../walk/tally.ts";
import {
  type Circumstances,
  type LaneResult,
  loopVerdict,
  type Verdict,
  walkVerdict,
} from "../walk/verdict.ts";
import { Button } from "./button.tsx";
import { LaneCard, laneVerdict } from "./lane-card.tsx";
import { useRedraw } from "./use-redraw.ts";

interface WalkTabProps {
  readonly chosen: Chosen;
  /** Changes the setup to that of a kept walk: its list, filters and page size. */
  readonly adopt: (kept: KeptWalk) => Chosen;
  /** Tells a screen reader. */
  readonly announce: (text: string) => void;
}

interface Run {
  readonly walk: Lane;
  /** `null` where only the walk continues. */
  readonly loop: Lane | null;
  readonly chosen: Chosen;
  readonly resumes: boolean;
}

/** A walk of pageturn next to a plain loop, over the same list with the same faults. */
export function WalkTab({ chosen, adopt, announce }: WalkTabProps) {
  const redraw = useRedraw();
  const [run, setRun] = useState<Run | null>(null);
  const [truth, setTruth] = useState<readonly string[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [found, setKept] = useState(() => keptWalk(lists));
  const kept = found === "unreadable" ? null : found;
  const current = useRef<AbortController | null>(null);
  const runBoth = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // It is said once.
    if (found === "unreadable") forgetWalk();
    return () => current.current?.abort();
  }, []);

  const start = async (of: Chosen, from?: KeptWalk): Promise<void> => {
    const stop = new AbortController();
    current.current = stop;
    setRunning(true);
    setProblem(null);
    setRun(null);
    announce("Starting.");
    try {
      const all = await readTruth(of, stop.signal);
      setTruth(all);
      const options = { signal: stop.signal, changed: redraw };
      const walk = runWalk(of, options, from);
      const loop = from === undefined ? runLoop(of, options) : null;
      setRun({ walk: walk.lane, loop: loop?.lane ?? null, chosen: of, resumes: from !== undefined });
      announce(
        loop === null ? "The walk continues from its checkpoint." : "The walk and the loop have started.",
      );
      await Promise.all([walk.done, loop?.done]);
      const { ofWalk, ofLoop } = verdictsBeside(walk.lane, { truth: all, chosen: of });
      announce(
        [
          `pageturn: ${verdictTitle(walk.lane, all, ofWalk)}.`,
          loop !== null && `Plain loop: ${verdictTitle(loop.lane, all, ofLoop)}.`,
        ]
          .filter(Boolean)
          .join(" "),
      );
    } catch (error) {
      // An alert announces itself.
      announce(stop.signal.aborted ? "Stopped before the walk started." : "");
      if (!stop.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setKept(keptWalk(lists));
      setRunning(false);
    }
  };

  const span = Math.max(500, run?.walk.lastAt ?? 0, run?.loop?.lastAt ?? 0);
  const shown = run?.chosen ?? chosen;
  const { ofWalk, ofLoop } = verdictsBeside(run?.walk ?? null, { truth, chosen: shown });
  const isOther = run !== null && (run.chosen.list !== chosen.list || run.chosen.setup !== chosen.setup);
  return (
    <>
      <div class="actions" data-running={isRunning}>
        <Button kind="primary" place={runBoth} isDisabled={isRunning} press={() => void start(chosen)}>
          Run both
        </Button>
        <Button isDisabled={!isRunning} press={() => current.current?.abort()}>
          Stop
        </Button>
        <Button
          isDisabled={isRunning || kept === null}
          press={() => {
            if (kept !== null) void start(adopt(kept), kept);
          }}
        >
          Continue from checkpoint
        </Button>
        <p class="kept" data-testid="kept">
          {kept === null || isRunning ? (
            found === "unreadable" ? (
              "What this tab kept is not a walk that this page can read: it has been removed."
            ) : (
              "Stop a walk, reload the page, and continue: the checkpoint is kept in this tab."
            )
          ) : (
            <>
              Kept: <code>{kept.setup.list}</code>, after {kept.received.length}{" "}
              {kept.received.length === 1 ? "item" : "items"}.{" "}
              <button
                type="button"
                class="link"
                onClick={() => {
                  forgetWalk();
                  setKept(null);
                  // This button is gone then.
                  runBoth.current?.focus();
                }}
              >
                Forget it
              </button>
            </>
          )}
        </p>
      </div>
      {problem !== null && (
        <p class="verdict bad" role="alert">
          <strong>The list cannot be read</strong>
          <span>{problem}</span>
        </p>
      )}
      {isOther && !isRunning && (
        <p class="hint">The setup has changed: these are the results of the one before. Run both again.</p>
      )}
      <ul class="legend" aria-label="Colors of the time bars">
        <li class="wait">waits for the answer</li>
        <li class="body">reads the body</li>
        <li class="use">the program works on the items</li>
        <li class="failed">failed</li>
      </ul>
      <LaneCard
        name="pageturn"
        kind="walk"
        lane={run?.walk ?? null}
        truth={run === null ? null : truth}
        pageSize={shown.setup.pageSize}
        span={span}
        code={walkCode(chosen, { resumes: run?.resumes === true && !isOther })}
        idle={isRunning ? "Starting" : "Not started"}
        verdictOf={ofWalk}
      />
      <LaneCard
        name="Plain loop"
        kind="loop"
        lane={run?.loop ?? null}
        truth={run?.loop ? truth : null}
        pageSize={shown.setup.pageSize}
        span={span}
        code={loopCode(chosen)}
        idle={
          run?.resumes
            ? "A plain loop has no checkpoint: it would start again from the first item"
            : isRunning
              ? "Starting"
              : "Not started"
        }
        verdictOf={ofLoop}
      />
    </>
  );
}

interface Ran {
  readonly truth: readonly string[] | null;
  readonly chosen: Chosen;
}

/** The verdicts on a walk, and on a loop that ran beside it. */
function verdictsBeside(walk: Lane | null, { truth, chosen }: Ran) {
  const { source, faults } = chosen.setup;
  const run: Circumstances = {
    hasFaults: source === "mock" && faults.length > 0,
    repeats: repeatsOf(chosen),
  };
  const isWhole = walk?.ending?.how === "ended" && walk.ending.complete === true;
  const counts = isWhole ? tally(walk.received, truth) : null;
  return {
    ofWalk: (result: LaneResult) => walkVerdict(result, run),
    ofLoop: (result: LaneResult) => loopVerdict(result, { ...run, walk: counts }),
  };
}

function verdictTitle(
  lane: Lane,
  truth: readonly string[] | null,
  verdictOf: (result: LaneResult) => Verdict,
): string {
  return laneVerdict(lane, { counts: tally(lane.received, truth), verdictOf }).title;
}
