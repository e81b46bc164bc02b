const LINE_FEED = 0x0a;

/**
 * The lines of a file as bytes, without their line feeds. Text after the last line feed is a line, too. A line is valid until the
 * next one is asked for, and so are the chunks.
 */
export async function* byteLines(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, undefined, undefined> {
  // Not `node:readline`, for which U+2028 inside of a string ends a line.
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      const piece = chunk.subarray(from, at);
      yield rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}
