import type { Container, Plugin, Rule } from "postcss";

/** A class of the theme, which a script sets on the root of a page. */
const DARK = /\.dark(?![\w-])/;
const NOT_DARK = /:not\(\.dark\)/;

/**
 * Decides where the dark colours of the theme apply: on screens alone, as paper is light. A browser that asks for them and runs no
 * script gets them too: each rule of the class `.dark` is repeated for it. The two `:root` outweigh the rules for pages without the class.
 */
export function darkColors(): Plugin {
  return {
    postcssPlugin: "dark-colors",
    OnceExit(root, { AtRule }) {
      const rules: Rule[] = [];
      root.walkRules((rule) => {
        rules.push(rule);
      });
      for (const rule of rules) {
        const within = (params: string, selectors: string[]): Container =>
          new AtRule({ name: "media", params, nodes: [rule.clone({ selectors })] });

        const light = rule.selectors.filter((each) => NOT_DARK.test(each));
        const dark = rule.selectors.filter((each) => DARK.test(each) && !each.includes(":not("));
        const others = rule.selectors.filter((each) => !dark.includes(each));
        const added: Container[] = [];
        if (light.length > 0) {
          const always = light.map((each) => each.replace(NOT_DARK, ""));
          added.push(within("print", always));
        }
        if (dark.length > 0) {
          const withoutClass = dark.map((each) => each.replace(DARK, ":root:root"));
          added.push(within("screen", dark));
          added.push(within("screen and (scripting: none) and (prefers-color-scheme: dark)", withoutClass));
        }
        if (added.length === 0) continue;
        if (others.length > 0) rule.selectors = others;
        rule.after(added);
        if (others.length === 0) rule.remove();
      }
    },
  };
}
