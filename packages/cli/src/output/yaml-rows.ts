import { Document, visit } from "yaml";
import { CommandError, EXIT } from "../failure.ts";
import { picked } from "./picked.ts";
import type { RowOptions, RowWriter } from "./row-writer.ts";

/** Characters that a reader refuses or takes for a line end (YAML 1.1, 5.1 and 5.4), and that the package writes as they are. */
const ODD = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** What PyYAML refuses without quotes: a lone "=", which has a type of its own in YAML 1.1, and a tab in a line. */
const QUOTED = /^=$|^.*\t.*$/;

/** One YAML sequence. Readers of YAML 1.1 and 1.2 read the same values. */
export function yamlRows({ fields }: RowOptions): RowWriter {
  let isEmpty = true;
  return {
    *rows(items) {
      for (const item of items) {
        isEmpty = false;
        yield rowText(picked(item, fields));
      }
    },
    *end() {
      if (isEmpty) yield "[]\n";
    },
  };
}

function rowText(item: unknown): string {
  try {
    return yamlText(item);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(
      "Cannot write an item as YAML because it is nested too deep: use --format jsonl, or leave the field out with --fields",
      EXIT.error,
    );
  }
}

function yamlText(item: unknown): string {
  const document = new Document([item], { compat: "yaml-1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "string" && (QUOTED.test(node.value) || node.value.search(ODD) >= 0))
        node.type = "QUOTE_DOUBLE";
    },
  });
  // Without folding, so that a long text stays one line. Odd characters are in double quotes now, where they can be escaped.
  return document
    .toString({ lineWidth: 0 })
    .replaceAll(ODD, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
