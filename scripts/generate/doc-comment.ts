const width = 106;

/** A JSDoc comment of these paragraphs, wrapped; `indent` is how deep it will stand. */
export function docComment(paragraphs: readonly (string | null)[], indent = ""): string {
  const lines = paragraphs
    .filter((paragraph) => paragraph !== null && paragraph !== "")
    .flatMap((paragraph, index) => [
      ...(index === 0 ? [] : [""]),
      ...wrap(String(paragraph), width - indent.length),
    ]);
  const [only = ""] = lines;
  if (lines.length === 1 && only.length < width - indent.length) return `${indent}/** ${only} */`;
  const body = lines.map((line) => `${indent} * ${line}`.trimEnd());
  return [`${indent}/**`, ...body, `${indent} */`].join("\n");
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.replaceAll("*/", "* /").split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < columns)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
