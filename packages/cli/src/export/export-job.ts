import type { Column } from "../catalog/columns.ts";
import type { Format } from "./formats.ts";

/** Everything that decides which rows an export has, and how they are written. It does not change when the export is resumed. */
export interface ExportJob {
  readonly file: string;
  readonly format: Format;
  readonly endpoint: string;
  /** With its parameters filled in. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The filters as they were typed. */
  readonly typed: readonly string[];
  readonly columns: readonly Column[];
  /** The fields that `--fields` chose; `null` for whole items. */
  readonly fields: readonly string[] | null;
  readonly csvSafe: boolean;
  readonly isParallel: boolean;
}
