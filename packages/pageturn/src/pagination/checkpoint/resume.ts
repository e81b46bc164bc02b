import type { Checkpoint } from "../../errors/checkpoint.ts";
import { CheckpointError } from "../../errors/pagination-error.ts";
import { isJsonObject, type JsonObject, type PageRequest } from "../request/page-request.ts";
import { wireQuery } from "../request/query.ts";
import type { PaginationStrategy } from "../request/strategy.ts";
import type { ListSource } from "../walk/list-source.ts";
import { isSame, plain } from "./checkpoint.ts";

/**
 * Where a list that was asked for with `list` begins when it goes on from `checkpoint`.
 *
 * A checkpoint is hostile input: it may have been kept anywhere. It can move the cursors and nothing else; one
 * that would change the path, a filter or the body, or that is not of the expected form, is refused with a
 * {@link CheckpointError}. Another `limit` than before is fine: the page under the checkpoint is asked for with
 * the old one, those behind it with the new one; where cursors count pages, they all keep the old one.
 */
export function resumeAt(
  list: PageRequest,
  checkpoint: Checkpoint,
  kind: PaginationStrategy,
): ListSource["start"] {
  const { v, path, query, json, at, offset, last, reversed } = object(plainCopy(checkpoint), "it");
  if (v !== 1) throw refused(`its version is ${show(v)}, not 1`);
  if (path !== list.path) throw refused(`it belongs to the list of ${show(path)}, not of ${list.path}`);
  if (!Number.isSafeInteger(offset) || Number(offset) < 0) throw refused("`offset` is no whole number");
  const before = { query: object(query, "`query`"), json: object(json ?? {}, "`json`") };
  const asked = { query: wireQuery(list.query), json: plain(list.json) };
  sameFilters(before.query, asked.query);
  sameFilters(before.json, asked.json);
  const moved = object(at, "`at`");
  // A link may lead a walk to another path, a checkpoint may not: who could write it could choose what is asked for.
  if (moved["path"] !== undefined) throw refused(`it stands on another path: ${show(moved["path"])}`);
  const overlay = (part: "query" | "json", value: unknown) => {
    const isFree = offset === 0 && !kind.countsPages;
    const size = isFree ? {} : oldLimit(before[part], asked[part]);
    const changes = { ...size, ...object(value, `\`at.${part}\``) };
    checkCursors(changes, kind);
    return { ...list[part], ...changes };
  };
  const request = {
    base: list.base,
    path: list.path,
    query: overlay("query", moved["query"]),
    ...(list.json !== undefined && { json: overlay("json", moved["json"]) }),
  };
  if (offset === 0) return { request };
  if (typeof last !== "string") throw refused("`last` is no text");
  return { request, resumption: { offset: Number(offset), last, reversed: reversed === true } };
}

/** A checkpoint with no more in it than JSON can hold: no getters, no cycles, nothing too deep to look at. */
export function plainCopy(checkpoint: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(checkpoint));
  } catch {
    throw refused("it is no plain JSON");
  }
}

function sameFilters(before: JsonObject, now: JsonObject): void {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  names.delete("limit");
  for (const name of names) {
    const was = Object.hasOwn(before, name) ? before[name] : undefined;
    const is = Object.hasOwn(now, name) ? now[name] : undefined;
    if (!isSame(was, is)) {
      throw refused(`it was taken with ${name} = ${show(was)}, not ${show(is)}`);
    }
  }
}

/** Inside a page, the place counted from its front is only right where the page is as large as it was. */
function oldLimit(before: JsonObject, now: JsonObject): JsonObject {
  return isSame(before["limit"], now["limit"]) ? {} : { limit: before["limit"] };
}

function checkCursors(changes: JsonObject, { cursors }: PaginationStrategy): void {
  for (const [name, value] of Object.entries(changes)) {
    if (name === "limit" && ((value ?? null) === null || /^"?[1-9]\d{0,14}"?$/.test(JSON.stringify(value))))
      continue;
    if (!cursors.includes(name))
      throw refused(`it would change ${show(name)}, which is not a cursor of this list`);
    if (value !== null && typeof value !== "string" && typeof value !== "number") {
      throw refused(`its cursor ${name} is neither text nor a number`);
    }
  }
}

/** Takes a JSON object and refuses all else. */
export function object(value: unknown, name: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw refused(`${name} is not a JSON object`);
}

/** The error for a checkpoint that cannot be used. */
export function refused(why: string): CheckpointError {
  return new CheckpointError(
    `Cannot resume from this checkpoint as ${why}. Pass one as the walk gave it, to the same list with the same parameters`,
  );
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 100);
}
