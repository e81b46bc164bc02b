import { type Column, valueIn } from "../catalog/columns.ts";

/** A column of a table, and how wide it is. */
export interface TableColumn extends Column {
  readonly width: number;
}

const GAP = 2;
/** How much of the width one column takes, if others need it, too. */
const USUAL_WIDTH = 40;
/** What a longer text gets at least: it is cut anyway. */
const CUT_WIDTH = 16;
const LEAST_WIDTH = 8;

/** What tells an item from others comes first. */
const USEFUL: readonly (readonly [RegExp, number])[] = [
  [/^id$/, 100],
  [/^(?:display_|file)?name$|^title$|^email(?:_address)?$/, 90],
  [/^(?:processing_)?status$|^state$/, 70],
  [/^(?:created|starting|started|processed)_at$|^date$/, 65],
  [/^type$|^role$/, 60],
  [/^(?:amount|currency|model)$/, 55],
  [/_at$/, 30],
];

/** The columns that fit: the useful ones that have values on the first page, the most useful first. */
export function usefulColumns(
  columns: readonly Column[],
  { items, width, room, measure }: TableSpace,
): readonly TableColumn[] {
  const measured = columns.flatMap((column) => {
    const values = items
      .map((item) => valueIn(item, column))
      .filter((value) => value !== null && value !== undefined);
    return values.length === 0 ? [] : [{ column, score: score(column, values), width: measure(column) }];
  });
  let left = width + GAP;
  const chosen = new Set<Column>();
  for (const { column, width: needed } of measured.toSorted((a, b) => b.score - a.score)) {
    const space = (needed > USUAL_WIDTH ? CUT_WIDTH : needed) + GAP;
    if (chosen.size > 0 && (space > left || chosen.size === MOST_COLUMNS)) continue;
    chosen.add(column);
    left -= space;
  }
  return fittedColumns([...chosen], { room, measure });
}

const MOST_COLUMNS = 7;

interface TableSpace {
  readonly items: readonly unknown[];
  /** The columns of the terminal; of a wide one if there is none. They decide which columns of the table are shown. */
  readonly width: number;
  /** The columns that a line may take: infinitely many without a terminal. */
  readonly room: number;
  /** How wide a column would like to be. */
  readonly measure: (column: Column) => number;
}

/** The columns with their widths. Those that are wider than the others give way first, and the first one, which names the row, last. */
export function fittedColumns(
  columns: readonly Column[],
  { room, measure }: Pick<TableSpace, "room" | "measure">,
): readonly TableColumn[] {
  const [first, ...others] = columns.map((column) => ({ ...column, width: Math.max(1, measure(column)) }));
  if (first === undefined) return [];
  let most = Math.max(1, ...others.map((column) => column.width));
  const narrowed = () => others.map((column) => ({ ...column, width: Math.min(column.width, most) }));
  const needed = () => narrowed().reduce((sum, column) => sum + GAP + column.width, 0);
  while (first.width + needed() > room && most > LEAST_WIDTH) most -= 1;
  const left = Math.max(LEAST_WIDTH, room - needed());
  return [{ ...first, width: Math.min(first.width, left) }, ...narrowed()];
}

/** The columns with the widths that another page needs, as far as the line has room: those that lack least come first. */
export function widerColumns(
  columns: readonly TableColumn[],
  { room, measure }: Pick<TableSpace, "room" | "measure">,
): readonly TableColumn[] {
  let left = Math.max(
    0,
    columns.reduce((rest, { width }) => rest - width - GAP, room + GAP),
  );
  const lacks = columns.map((column) => ({ column, lack: Math.max(0, measure(column) - column.width) }));
  const widths = new Map<TableColumn, number>();
  for (const { column, lack } of lacks.toSorted((a, b) => a.lack - b.lack)) {
    const more = Math.min(lack, left);
    widths.set(column, column.width + more);
    left -= more;
  }
  return columns.map((column) => ({ ...column, width: widths.get(column) ?? column.width }));
}

/** The columns with their widths: the first one whole, and as many of the others as fit, the narrow ones first. Only these are cut. */
export function columnsAfterFirst(
  columns: readonly Column[],
  { width, room, measure }: Omit<TableSpace, "items">,
): readonly TableColumn[] {
  const [first, ...others] = columns.map((column) => ({ ...column, width: measure(column) }));
  if (first === undefined) return [];
  let left = width - first.width;
  const shown = new Set<Column>();
  for (const column of others.toSorted((a, b) => a.width - b.width)) {
    left -= GAP + Math.min(column.width, CUT_WIDTH);
    if (left >= 0) shown.add(column);
  }
  return fittedColumns([first, ...others.filter((column) => shown.has(column))], {
    room: Math.max(room, first.width),
    measure,
  });
}

function score({ name, type }: Column, values: readonly unknown[]): number {
  const last = name.slice(name.lastIndexOf(".") + 1);
  const known = USEFUL.find(([pattern]) => pattern.test(name))?.[1];
  const usual =
    { text: 40, number: 45, boolean: 25, time: 30, json: 10, any: 10 }[type] - (last === name ? 0 : 5);
  const isConstant = values.length > 1 && values.every((value) => value === values[0]);
  return (known ?? usual) - (isConstant ? 50 : 0);
}
