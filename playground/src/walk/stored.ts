/** Where a value is kept: in the tab, which survives a reload and is no other tab's, or in the browser, for all tabs. */
export interface StoredPlace {
  readonly area: "tab" | "browser";
  readonly name: string;
}

/** Keeps a value as JSON. Returns `false` if the browser refuses it or has no room: the value before it remains. */
export function keep({ area, name }: StoredPlace, value: unknown): boolean {
  try {
    storageOf(area).setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Returns the kept value: `undefined` if there is none, `null` if it is not JSON. */
export function kept({ area, name }: StoredPlace): unknown {
  let text: string | null;
  try {
    text = storageOf(area).getItem(name);
  } catch {
    // The browser refuses all storage.
    return undefined;
  }
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Removes a kept value. */
export function forget({ area, name }: StoredPlace): void {
  try {
    storageOf(area).removeItem(name);
  } catch {
    // A browser that refuses all storage keeps nothing.
  }
}

/** Throws if the browser refuses all storage. */
function storageOf(area: StoredPlace["area"]): Storage {
  return area === "tab" ? sessionStorage : localStorage;
}
