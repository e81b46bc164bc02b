import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The names that a file exports; true for those that are types only. */
export type ExportedNames = ReadonlyMap<string, boolean>;

const LISTED = /^export (type )?\{([^}]*)\}/gm;
const STARRED = /^export (?:type )?\* from "(\.[^"]*)"/gm;
const DECLARED = /^export (?:abstract |async |declare )*(class|function\*?|const|interface|type) (\w+)/gm;

function listed(typeOnly: boolean, names: string): [string, boolean][] {
  const entries = names.split(",").map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== "")
    .map((entry) => [entry.split(" ").at(-1) ?? "", typeOnly || entry.startsWith("type ")]);
}

/** Reads what a source file exports, through its `export * from`, too. */
export function exportedNames(path: string): ExportedNames {
  const source = readFileSync(path, "utf8");
  const names = [
    ...Array.from(source.matchAll(STARRED)).flatMap(([, from = ""]) => [
      ...exportedNames(join(dirname(path), from)),
    ]),
    ...Array.from(source.matchAll(LISTED)).flatMap(([, type, list = ""]) => listed(type !== undefined, list)),
    ...Array.from(source.matchAll(DECLARED), ([, kind = "", name = ""]): [string, boolean] => [
      name,
      kind === "interface" || kind === "type",
    ]),
  ];
  // A class and an interface may share a name: then it is a value.
  const values = new Set(names.filter(([, typeOnly]) => !typeOnly).map(([name]) => name));
  return new Map(names.map(([name]) => [name, !values.has(name)]));
}

/** The import statement for those of the names that the code uses and does not import; `""` for none. */
export function missingImport(code: string, names: ExportedNames, from: string): string {
  const imported = Array.from(code.matchAll(/import (?:type )?\{([^}]*)\}/g)).flatMap(([, list = ""]) =>
    listed(false, list).map(([name]) => name),
  );
  const used = new Set(code.match(/(?<![.\w$])[A-Za-z_$][\w$]*/g));
  const missing = [...names].filter(([name]) => used.has(name) && !imported.includes(name));
  if (missing.length === 0) return "";
  const list = missing.map(([name, typeOnly]) => (typeOnly ? `type ${name}` : name)).join(", ");
  return `import { ${list} } from "${from}"; `;
}
