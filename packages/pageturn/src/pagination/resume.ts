import type { Checkpoint } from "../errors/checkpoint.ts";
import { CheckpointError } from "../errors/checkpoint-error.ts";
import { isSame, plain } from "./checkpoint.ts";
import type { ListSource } from "./list-source.ts";
import type { JsonObject } from "./page-info.ts";
import type { PageRequest } from "./page-request.ts";
import type { PageKind } from "./strategy.ts";

/**
 * Where a list that was asked for with `list` begins when it goes on from `checkpoint`.
 *
 * A checkpoint is hostile input: it may have been kept anywhere. It can move the cursors and nothing else; one
 * that would change the path, a filter or the body, or that is not of the expected form, is refused with a
 * {@link CheckpointError}. Another `limit` than before is fine: the page under the checkpoint is asked for with
 * the old one, those behind it with the new one.
 */
export function resumeAt(list: PageRequest, checkpoint: Checkpoint, kind: PageKind): ListSource["start"] {
  const { v, path, query, json, at, offset, last } = object(checkpoint, "it");
  if (v !== 1) throw refused(`its version is ${show(v)}, and this library reads version 1`);
  if (path !== list.path) throw refused(`it belongs to the list of ${show(path)}, not of ${list.path}`);
  sameFilters(object(query, "`query`"), list.query);
  if (json !== undefined || list.json !== undefined) sameFilters(object(json, "`json`"), list.json ?? {});
  const moved = object(at, "`at`");
  const request = {
    base: list.base,
    path: movedPath(moved["path"], list.path, kind),
    query: overlay(list.query, object(moved["query"], "`at.query`"), kind),
    ...(list.json !== undefined && { json: overlay(list.json, object(moved["json"], "`at.json`"), kind) }),
  };
  if (!Number.isSafeInteger(offset) || Number(offset) < 0)
    throw refused("`offset` is no whole number of at least 0");
  if (offset === 0) return { request };
  if (typeof last !== "string") throw refused("`last` is no text");
  return { request, resumption: { offset: Number(offset), last } };
}

function sameFilters(before: JsonObject, now: JsonObject): void {
  const asked = plain(now);
  const names = new Set([...Object.keys(before), ...Object.keys(asked)]);
  names.delete("limit");
  for (const name of names) {
    const was = Object.hasOwn(before, name) ? before[name] : undefined;
    const is = Object.hasOwn(asked, name) ? asked[name] : undefined;
    if (!isSame(was, is)) {
      throw refused(
        `it was taken with ${name} = ${show(was)}, and the list is asked for with ${name} = ${show(is)}`,
      );
    }
  }
}

function movedPath(path: unknown, listPath: string, kind: PageKind): string {
  if (path === undefined) return listPath;
  const isPath = typeof path === "string" && path.startsWith("/") && !/^\/[/\\]|[?#\\]/.test(path);
  if (kind.cursors === "any" && isPath) return path;
  throw refused(`it would lead to another path: ${show(path)}`);
}

function overlay(values: JsonObject, moved: JsonObject, kind: PageKind): JsonObject {
  for (const [name, value] of Object.entries(moved)) {
    const isCursor = kind.cursors === "any" ? !Object.hasOwn(values, name) : kind.cursors.includes(name);
    if (name === "limit" && (value === null || (Number.isSafeInteger(value) && Number(value) > 0))) continue;
    if (!isCursor) throw refused(`it would change ${show(name)}, which is not a cursor of this list`);
    if (value !== null && typeof value !== "string" && typeof value !== "number" && kind.cursors !== "any") {
      throw refused(`its cursor ${name} is neither text nor a number`);
    }
  }
  return { ...values, ...moved };
}

function object(value: unknown, name: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refused(`${name} is not a JSON object`);
}

function refused(why: string): CheckpointError {
  return new CheckpointError(
    `Cannot resume from this checkpoint as ${why}. Pass a checkpoint as the walk gave it, to the same list with the same parameters`,
  );
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 100);
}
