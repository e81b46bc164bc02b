import { setFlagsFromString } from "node:v8";

/**
 * Keeps the heap near what is in use. Rows stream through it: V8 would let it grow to several times the page or two that are needed,
 * more than 100 MB for a million rows, before it looks for what is not used any more.
 */
export function keepHeapSmall(): void {
  // V8 has had both since Node 16. A version without them would write a line to stderr and go on.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=10");
}
