import { stringify } from "yaml";
import { picked } from "./picked.ts";
import type { RowOptions, RowWriter } from "./row-writer.ts";

/** One YAML sequence. */
export function yamlRows({ fields }: RowOptions): RowWriter {
  let isEmpty = true;
  return {
    *rows(items) {
      for (const item of items) {
        // Without folding, so that a long text stays one line.
        yield stringify([picked(item, fields)], { lineWidth: 0, aliasDuplicateObjects: false });
        isEmpty = false;
      }
    },
    *end() {
      if (isEmpty) yield "[]\n";
    },
  };
}
