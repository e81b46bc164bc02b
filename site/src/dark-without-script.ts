import type { AtRule, Plugin } from "postcss";

/** A class of the theme, which a script sets on the root of a page. */
const DARK = /\.dark(?![\w-])/;

/**
 * Makes the dark colours those of a browser that asks for them and runs no script: each rule of the class `.dark` is repeated for
 * it. The two `:root` outweigh the rules for pages without the class.
 */
export function darkWithoutScript(): Plugin {
  return {
    postcssPlugin: "dark-without-script",
    OnceExit(root, { AtRule: NewAtRule }) {
      root.walkRules((rule) => {
        const selectors = rule.selectors.filter((each) => DARK.test(each) && !each.includes(":not("));
        if (selectors.length === 0) return;
        const media: AtRule = new NewAtRule({
          name: "media",
          params: "(scripting: none) and (prefers-color-scheme: dark)",
        });
        media.append(rule.clone({ selectors: selectors.map((each) => each.replace(DARK, ":root:root")) }));
        rule.after(media);
      });
    },
  };
}
