import { useEffect, useRef, useState } from "preact/hooks";
import { forgetWalk, type KeptWalk, keptWalk } from "../walk/checkpoint-store.ts";
import { loopCode, walkCode } from "../walk/code.ts";
import type { Lane } from "../walk/lane.ts";
import type { Chosen } from "../walk/open-list.ts";
import { readTruth, runLoop, runWalk } from "../walk/run-lanes.ts";
import { tally } from "../walk/tally.ts";
import { type LaneResult, loopVerdict, walkVerdict } from "../walk/verdict.ts";
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
  readonly stop: AbortController;
  readonly resumes: boolean;
}

/** A walk of pageturn next to a plain loop, over the same list with the same faults. */
export function WalkTab({ chosen, adopt, announce }: WalkTabProps) {
  const redraw = useRedraw();
  const [run, setRun] = useState<Run | null>(null);
  const [truth, setTruth] = useState<readonly string[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [kept, setKept] = useState(keptWalk);
  const current = useRef<AbortController | null>(null);
  useEffect(() => () => current.current?.abort(), []);

  const start = async (of: Chosen, from?: KeptWalk): Promise<void> => {
    const stop = new AbortController();
    current.current = stop;
    setRunning(true);
    setProblem(null);
    setRun(null);
    announce(
      from === undefined ? "The walk and the loop have started." : "The walk continues from its checkpoint.",
    );
    try {
      const all = await readTruth(of);
      setTruth(all);
      const options = { signal: stop.signal, changed: redraw };
      const walk = runWalk(of, options, from);
      const loop = from === undefined ? runLoop(of, options) : null;
      setRun({ walk: walk.lane, loop: loop?.lane ?? null, chosen: of, stop, resumes: from !== undefined });
      await Promise.all([walk.done, loop?.done]);
      announce(
        [
          `pageturn: ${verdictTitle(walk.lane, all, walkVerdict)}.`,
          loop !== null && `Plain loop: ${verdictTitle(loop.lane, all, loopVerdictBeside(walk.lane, all))}.`,
        ]
          .filter(Boolean)
          .join(" "),
      );
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setKept(keptWalk());
      setRunning(false);
    }
  };

  const span = Math.max(500, run?.walk.lastAt ?? 0, run?.loop?.lastAt ?? 0);
  const shown = run?.chosen ?? chosen;
  const isOther = run !== null && (run.chosen.list !== chosen.list || run.chosen.setup !== chosen.setup);
  return (
    <>
      <div class="actions" data-running={isRunning}>
        <button type="button" class="primary" disabled={isRunning} onClick={() => start(chosen)}>
          Run both
        </button>
        <button type="button" disabled={!isRunning} onClick={() => run?.stop.abort()}>
          Stop
        </button>
        <button
          type="button"
          disabled={isRunning || kept === null}
          onClick={() => kept !== null && start(adopt(kept), kept)}
        >
          Continue from checkpoint
        </button>
        <p class="kept" data-testid="kept">
          {kept === null || isRunning ? (
            "Stop a walk, reload the page, and continue: the checkpoint is kept in this browser."
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
        verdictOf={walkVerdict}
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
        verdictOf={loopVerdictBeside(run?.walk ?? null, truth)}
      />
    </>
  );
}

/** The verdict on a loop that ran beside a walk. */
function loopVerdictBeside(walk: Lane | null, truth: readonly string[] | null) {
  const isWhole = walk?.ending?.how === "ended" && walk.ending.complete === true;
  const counts = isWhole ? tally(walk.received, truth) : null;
  return (result: LaneResult) => loopVerdict(result, counts);
}

function verdictTitle(lane: Lane, truth: readonly string[] | null, verdictOf: typeof walkVerdict): string {
  return laneVerdict(lane, { counts: tally(lane.received, truth), verdictOf }).title;
}
