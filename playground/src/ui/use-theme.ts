import { useLayoutEffect, useState } from "preact/hooks";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const name = "pageturn-playground-theme";

/** The theme that was chosen, and a function that changes it. It is kept in `localStorage`. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(
    () => themes.find((each) => each === localStorage.getItem(name)) ?? "auto",
  );
  useLayoutEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    localStorage.setItem(name, theme);
  }, [theme]);
  return [theme, setTheme];
}
