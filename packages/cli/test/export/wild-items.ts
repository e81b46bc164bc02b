/** Texts that formats and their readers get wrong. */
export const WILD_TEXTS = [
  "quotes \" and '' and , commas; semicolons\tand tabs",
  "lines\nwith\r\nall\rends\u2028of\u2029lines",
  "日本語 Ελληνικά עברית \u{1f469}\u200d\u{1f469}\u200d\u{1f467} e\u0301",
  "",
  "=1+1",
  "-2+3",
  "@SUM(A1)",
  "null",
  " around ",
  "\\N \\n \\",
  `long ${"x".repeat(200_000)}`,
] as const;

/** Fields that the catalog does not have. */
export const UNKNOWN_FIELDS = {
  unknown_text: "wird aufgehoben",
  unknown_null: null,
  unknown_list: [1, { deep: [null, "é"] }],
} as const;
