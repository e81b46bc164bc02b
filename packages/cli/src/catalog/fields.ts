import { UsageError } from "../failure.ts";
import type { Column } from "./columns.ts";
import { allowedHint } from "./nearest.ts";

/**
 * The columns that `--fields` names: `id,agent.id,metadata.team`. A field below one whose content is not known may have any name.
 *
 * Throws `UsageError` for a field that the items do not have.
 */
export function readFields(text: string, columns: readonly Column[] | null): readonly Column[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === ""))
    throw new UsageError(
      `Cannot use --fields "${text}": it must be names of fields with commas between them`,
    );
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new UsageError(`Cannot use --fields "${text}": it has ${twice} twice. Name each field once`);
  return names.map((name) => field(name, columns));
}

/** The column that an option names. Throws `UsageError` for several, and for a field that the items do not have. */
export function readField(option: string, text: string, columns: readonly Column[] | null): Column {
  if (/^[^,\s]+$/.test(text)) return field(text, columns, option);
  throw new UsageError(`Cannot use ${option} "${text}": it must be the name of one field`);
}

/** A column that no catalog describes. */
export function unknownField(name: string): Column {
  return { name, path: name.split("."), type: "any" };
}

function field(name: string, columns: readonly Column[] | null, option = "--fields"): Column {
  const fallback = unknownField(name);
  if (columns === null) return fallback;
  const exact = columns.find((column) => column.name === name);
  if (exact !== undefined) return exact;
  const isBelow = columns.some((column) => column.type === "json" && name.startsWith(`${column.name}.`));
  const isAbove = columns.some((column) => column.name.startsWith(`${name}.`));
  if (isBelow || isAbove) return fallback;
  throw new UsageError(
    `Cannot use ${option} ${name} because the items have no such field: ${allowedHint(
      name,
      columns.map((column) => column.name),
    )}`,
  );
}
