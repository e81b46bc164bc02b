import { basename } from "node:path";
import type { Import, SourceImports } from "./read-imports.ts";

/** A line that breaks a rule. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The floors of the house: each imports only from those before it in this list. */
const rooms = ["errors", "pagination", "http", "client", "anthropic", "testing"];

/** `pageturn/pagination` runs anywhere and promises to bring nothing else along. */
const roomsOfPaginationEntry = ["errors", "pagination"];

/** The rooms that may know Node. Everything else has to run in a browser. */
const roomsWithNode = ["http", "testing"];

/** The only room that may know an HTTP library. */
const roomsWithPackages = ["http"];

function list(names: readonly string[]): string {
  return names.map((name) => `${name}/`).join(", ");
}

function breaks(
  { specifier, targets }: Import,
  from: SourceImports,
  roomOf: Map<string, string>,
): string | null {
  const { room, path } = from;
  if (specifier.startsWith("node:")) {
    if (roomsWithNode.includes(room)) return null;
    return `only ${list(roomsWithNode)} may import from Node, as all else has to run in a browser`;
  }
  if (targets.length === 0) {
    if (roomsWithPackages.includes(room)) return null;
    return `only ${list(roomsWithPackages)} may import a package`;
  }
  const isPaginationEntry = room === "" && basename(path) === "pagination.ts";
  const above = room === "" ? rooms : rooms.slice(0, rooms.indexOf(room));
  const allowed = isPaginationEntry ? roomsOfPaginationEntry : above;
  for (const target of targets) {
    const targetRoom = roomOf.get(target);
    if (targetRoom === undefined) return "there is no such file in src";
    if (targetRoom === "" && room === "" && !isPaginationEntry) continue;
    if (targetRoom === "") return "an entry file is for users: import from the file that it re-exports";
    if (targetRoom !== room && !allowed.includes(targetRoom)) {
      const who = isPaginationEntry ? "pagination.ts" : `${room}/`;
      return `${who} may import ${allowed.length > 0 ? `only from ${list(allowed)}` : "from no other room"}`;
    }
  }
  return null;
}

/** Finds the lines that break a rule, cycles aside. */
export function findProblems(files: readonly SourceImports[]): Problem[] {
  const roomOf = new Map(files.map(({ path, room }) => [path, room]));
  return files.flatMap((from) => {
    const { path: file, room } = from;
    if (room !== "" && !rooms.includes(room)) {
      return [{ file, line: 1, message: `is in ${room}/, which is no room. The rooms are ${list(rooms)}` }];
    }
    const own = room === "" ? from.ownStatements : [];
    return [
      ...own.map((line) => ({ file, line, message: "an entry file only re-exports: move this into a room" })),
      ...from.imports.flatMap((imported) => {
        const reason = breaks(imported, from, roomOf);
        return reason === null
          ? []
          : [{ file, line: imported.line, message: `imports "${imported.specifier}": ${reason}` }];
      }),
    ];
  });
}

/** Finds files that import each other in a circle, type-only imports included. Each circle is told once. */
export function findCycles(files: readonly SourceImports[]): Problem[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const trail: string[] = [];
  const problems: Problem[] = [];

  function visit(file: SourceImports): void {
    trail.push(file.path);
    for (const { line, specifier, targets } of file.imports) {
      for (const target of targets) {
        const start = trail.indexOf(target);
        const next = byPath.get(target);
        if (start >= 0) {
          const circle = [...trail.slice(start), target].map((path) => basename(path)).join(" -> ");
          problems.push({
            file: file.path,
            line,
            message: `imports "${specifier}": this closes a cycle, ${circle}`,
          });
        } else if (next !== undefined && !done.has(target)) {
          visit(next);
        }
      }
    }
    trail.pop();
    done.add(file.path);
  }

  for (const file of files) if (!done.has(file.path)) visit(file);
  return problems;
}
