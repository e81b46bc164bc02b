/**
 * Control characters but tab and newline, and the marks that change the direction of text: a terminal obeys them, so a text of a
 * server could clear the screen, set the title or hide what it says.
 */
const CONTROL = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The text with control characters as visible ones: `␛` for ESC, `�` for those without a picture of their own. */
export function visible(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x7f) return "\u2421";
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
  });
}

/** The text on one line, without characters that a terminal obeys. */
export function oneLine(text: string): string {
  return visible(text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, "\u23ce").replaceAll("\t", " "));
}
