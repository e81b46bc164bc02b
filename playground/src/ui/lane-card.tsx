import type { Lane } from "../walk/lane.ts";
import { tally } from "../walk/tally.ts";
import type { LaneResult, Verdict } from "../walk/verdict.ts";
import { CodeBlock } from "./code-block.tsx";
import { ItemStrip } from "./item-strip.tsx";
import { Waterfall } from "./waterfall.tsx";

interface LaneCardProps {
  readonly name: string;
  readonly kind: "walk" | "loop";
  readonly lane: Lane | null;
  readonly truth: readonly string[] | null;
  readonly pageSize: number;
  readonly span: number;
  readonly code: string;
  readonly idle: string;
  readonly verdictOf: (result: LaneResult) => Verdict;
}

/** One way through the list: its verdict, its items, and its requests beside the code that does the same. */
export function LaneCard({ name, kind, lane, truth, pageSize, span, code, idle, verdictOf }: LaneCardProps) {
  const counts = tally(lane?.received ?? [], truth);
  const verdict = lane === null ? null : laneVerdict(lane, { counts, verdictOf });
  return (
    <section class={`card lane ${kind}`} aria-label={name}>
      <header>
        <h2>{name}</h2>
        <p class={`verdict ${verdict?.tone ?? "info"}`} data-testid={`${kind}-verdict`}>
          <strong>{verdict?.title ?? idle}</strong>
          {verdict !== null && verdict.detail !== "" && <span>{verdict.detail}</span>}
        </p>
      </header>
      <ItemStrip tally={counts} pageSize={pageSize} isOver={isOver(lane)} label={name} />
      <div class="beside">
        <Waterfall records={lane?.records ?? []} span={span} now={lane?.recorder.now() ?? 0} label={name} />
        <CodeBlock
          code={code}
          label={kind === "walk" ? "The same with pageturn" : "The same as a plain loop"}
        />
      </div>
    </section>
  );
}

function isOver(lane: Lane | null): boolean {
  const how = lane?.ending?.how;
  // A lane that fails has lost nothing so far.
  return how === "ended" || how === "cut";
}

interface VerdictInput {
  readonly counts: ReturnType<typeof tally>;
  readonly verdictOf: (result: LaneResult) => Verdict;
}

/** The verdict on a lane, also while it runs. */
export function laneVerdict(lane: Lane, { counts, verdictOf }: VerdictInput): Verdict {
  const { ending, records, received, lastAt: elapsedMs, blanks, isKept } = lane;
  const requests = records.length;
  if (ending !== null) return verdictOf({ ending, tally: counts, requests, elapsedMs, blanks, isKept });
  return { tone: "info", title: `Running: ${received.length} items, ${requests} requests`, detail: "" };
}
