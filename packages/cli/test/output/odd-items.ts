/** An item with everything that a format or a terminal may get wrong. */
export const ODD = {
  id: "1",
  wide: "日本語",
  emoji: "👩‍👩‍👧‍👦 ok",
  lines: 'one\ntwo "quoted", three\r\n',
  tab: "a\tb",
  formula: "=SUM(A1:A2)",
  minus: "-1+2",
  negative: -5,
  empty: "",
  none: null,
  flag: false,
  nested: { a: { b: [1, null, "x"] } },
  list: [],
  escape: "\u001b[2J\u001b]0;title\u0007\u009b31m red",
  bidi: "abc\u202etxt.exe",
  long: "x".repeat(100_000),
} as const;
