import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";

interface DeclarationMap {
  readonly sources: readonly string[];
  mappings: string;
}

interface Folders {
  readonly src: string;
  /** With the declarations that the compiler made, one file for each source, and their maps. */
  readonly compiled: string;
  readonly dist: string;
}

/** The start of a member of a class or an interface, up to its name. */
const MEMBER = /^\s+(?:(?:static|abstract|override|readonly|protected|private|get|set)\s+)*(?=[\w$"])/;

/**
 * Adds the members of classes and interfaces to the map of a bundle of declarations: the bundler maps only where declarations
 * begin. Below its beginning, a declaration has the lines that the compiler wrote, and the compiler mapped those.
 */
export function addMembers(file: string, { src, compiled, dist }: Folders): void {
  const path = join(dist, file);
  const map: DeclarationMap = JSON.parse(readFileSync(path, "utf8"));
  const lines = readFileSync(path.slice(0, -".map".length), "utf8").split("\n");
  const inputs = map.sources.map((source) => compilerOutput(relative(src, join(dist, source)), compiled));
  let from: { source: number; line: number } | null = null;
  const added = decode(map.mappings).map((segments, index): SourceMapSegment[] => {
    const text = lines[index] ?? "";
    const [anchor] = segments;
    if (anchor !== undefined && anchor.length !== 1) {
      const line = inputs[anchor[1]]?.lineOf(anchor[2], text);
      from = line === undefined ? null : { source: anchor[1], line };
    } else if (from !== null) {
      from.line += 1;
      // The bundler leaves lines out.
      const line = inputs[from.source]?.lines.indexOf(text, from.line) ?? -1;
      from = text === "" || line === -1 ? null : { ...from, line };
    }
    const column = MEMBER.exec(text)?.[0].length;
    if (from === null || column === undefined) return segments;
    const { source, line } = from;
    const mapped = inputs[source]?.segments[line]?.find(([at]) => at === column);
    if (mapped === undefined || mapped.length === 1 || segments.some(([at]) => at <= column)) return segments;
    return [[column, source, mapped[2], mapped[3]], ...segments];
  });
  writeFileSync(path, JSON.stringify({ ...map, mappings: encode(added) }));
}

/** What the compiler wrote for a source: its lines, how they are mapped, and the line for each line of the source. */
function compilerOutput(source: string, compiled: string) {
  const path = join(compiled, source.replace(/\.ts$/, ".d.ts"));
  if (!existsSync(path)) return null;
  const { mappings }: DeclarationMap = JSON.parse(readFileSync(`${path}.map`, "utf8"));
  const segments = decode(mappings);
  const lines = readFileSync(path, "utf8").split("\n");
  /** The line for a line of the source; where there are several, the one that begins like `text`, which may name types differently. */
  function lineOf(sourceLine: number, text: string): number | undefined {
    const all = [...segments.keys()].filter((line) =>
      segments[line]?.some(([, , mapped]) => mapped === sourceLine),
    );
    const start = nameOf(text);
    return all.find((line) => nameOf(lines[line] ?? "") === start) ?? all[0];
  }
  return { lines, segments, lineOf };
}

function nameOf(text: string): string | undefined {
  return /^\W*(?:\w+ )*\w*/.exec(text)?.[0];
}
