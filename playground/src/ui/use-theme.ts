import { useLayoutEffect, useState } from "preact/hooks";
import { keep, kept, type StoredPlace } from "../walk/stored.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const place: StoredPlace = { area: "browser", name: "pageturn-playground-theme" };

/** The theme that was chosen, and a function that changes it. The browser keeps it. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => themes.find((each) => each === kept(place)) ?? "auto");
  useLayoutEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    keep(place, theme);
  }, [theme]);
  return [theme, setTheme];
}
