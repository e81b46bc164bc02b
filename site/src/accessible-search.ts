/** What axe-core finds serious in the search of VitePress 1.6.4, and the markup that it accepts. */
const REPLACEMENTS: readonly (readonly [before: string, after: string])[] = [
  // A dialog, not a button that contains an input and links.
  [
    `role="button"
      :aria-owns="results?.length ? 'localsearch-list' : undefined"
      aria-expanded="true"
      aria-haspopup="listbox"`,
    `role="dialog"
      aria-modal="true"`,
  ],
  [
    `ref="searchInput"`,
    `ref="searchInput" role="combobox" :aria-expanded="results?.length ? 'true' : 'false'"`,
  ],
  // The option is the link itself: nothing in an option can have the focus.
  [
    `:id="'localsearch-item-' + index"
            :aria-selected="selectedIndex === index ? 'true' : 'false'"
            role="option"`,
    `role="none"`,
  ],
  [
    `:aria-label="[...p.titles, p.title].join(' > ')"`,
    `:id="'localsearch-item-' + index" :aria-selected="selectedIndex === index ? 'true' : 'false'" role="option"`,
  ],
  ["<kbd :aria-label=", `<kbd role="img" :aria-label=`],
  [`<span class="title-icon">`, `<span class="title-icon" aria-hidden="true">`],
];

/** A plugin of Vite that corrects the roles in the search of VitePress. Throws if the component is not the one it knows. */
export function accessibleSearch() {
  return {
    name: "accessible-search",
    enforce: "pre" as const,
    transform(code: string, id: string): string | null {
      if (!id.endsWith("/VPLocalSearchBox.vue")) return null;
      return REPLACEMENTS.reduce((text, [before, after]) => {
        if (!text.includes(before))
          throw new Error(
            `Cannot correct the search of VitePress because it has no ${before}: adapt site/src/accessible-search.ts to this version`,
          );
        return text.replaceAll(before, after);
      }, code);
    },
  };
}
