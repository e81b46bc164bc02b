import { jsonText } from "./json-text.ts";
import { picked } from "./picked.ts";
import type { RowOptions, RowWriter } from "./row-writer.ts";

/** JSON Lines: one item a line. */
export function jsonLines({ fields }: RowOptions): RowWriter {
  return {
    *rows(items) {
      for (const item of items) yield `${jsonText(picked(item, fields))}\n`;
    },
    *end() {},
  };
}

/** One JSON array, one item a line. */
export function jsonArray({ fields }: RowOptions): RowWriter {
  let isEmpty = true;
  return {
    *rows(items) {
      for (const item of items) {
        yield `${isEmpty ? "[\n" : ",\n"}${jsonText(picked(item, fields))}`;
        isEmpty = false;
      }
    },
    *end() {
      yield isEmpty ? "[]\n" : "\n]\n";
    },
  };
}
