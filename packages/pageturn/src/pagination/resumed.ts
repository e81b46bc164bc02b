import { resumeAt } from "./resume.ts";
import type { WalkSetup } from "./walk-core.ts";

/** The setup of a walk that begins where its options say; the page on hand is then not the one to begin on. */
export function resumed<S extends WalkSetup<unknown>>(setup: S): S {
  const { source, pageKind, options } = setup;
  if (options?.resumeFrom === undefined) return setup;
  const start = resumeAt(source.request, options.resumeFrom, pageKind);
  return { ...setup, source: { ...source, start }, page: undefined };
}
