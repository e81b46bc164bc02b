import type { Tally } from "../walk/tally.ts";

interface StripProps {
  readonly tally: Tally;
  readonly pageSize: number;
  /** Items that have not arrived will not arrive any more. */
  readonly isOver: boolean;
  readonly label: string;
}

const WIDTH = 1000;
const HEIGHT = 30;

/** One cell for each item of the list: received once, more often, or not at all. */
export function ItemStrip({
  tally: { times, missing, repeats, received },
  pageSize,
  isOver,
  label,
}: StripProps) {
  const count = times?.length ?? received;
  if (count === 0) return <div class="strip empty" />;
  const cells = { once: "", more: "", none: "" };
  const step = WIDTH / count;
  const gap = step > 6 ? 1.5 : step * 0.15;
  for (const [at, each] of (times ?? Array<number>(count).fill(1)).entries()) {
    const kind = each === 0 ? "none" : each === 1 ? "once" : "more";
    const top = kind === "more" ? 0 : 6;
    cells[kind] +=
      `M${(at * step + gap / 2).toFixed(2)} ${top}h${(step - gap).toFixed(2)}V${HEIGHT}h-${(step - gap).toFixed(2)}z`;
  }
  const pages = Array.from(
    { length: Math.ceil(count / pageSize) - 1 },
    (_, at) => (at + 1) * pageSize * step,
  );
  const text = `${label}: ${received} received${times === null ? "" : `, ${missing} missing`}, ${repeats} repeated`;
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={text}
    >
      <path class={isOver ? "lost" : "open"} d={cells.none} />
      <path class="once" d={cells.once} />
      <path class="more" d={cells.more} />
      {count / pageSize < 60 && (
        <path class="pages" d={pages.map((x) => `M${x.toFixed(2)} 0V${HEIGHT}`).join("")} />
      )}
    </svg>
  );
}
