/** Why a program of an npm package did not start, with the remedy if it is missing: `npm ci --ignore-scripts` leaves it out. */
export function startFailure(error: unknown): string {
  const isMissing = typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";
  return isMissing ? "its install script did not run. Run: npm ci --ignore-scripts=false" : String(error);
}
