/**
 * Text of a guest for a terminal: a guest names its disks and mounts as it likes, and an escape sequence in such a name
 * would be carried out by the terminal of whoever reads it. Control and format characters (C0, C1, bidirectional
 * overrides, zero-width), line separators and lone surrogates each become `�`.
 */
export function toPlainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{fffd}');
}

/** As `toPlainText`, with the line ends kept. */
export function toPlainLines(text: string): string {
  return text.split('\n').map(toPlainText).join('\n');
}

/** One JSON document that stays the same document and holds no such character: they are written as `\uXXXX`. */
export function formatJson(value: unknown): string {
  return `${escapeControls(JSON.stringify(value, null, 2))}\n`;
}

/** As `formatJson`, on one line. */
export function formatJsonLine(value: unknown): string {
  return `${escapeControls(JSON.stringify(value))}\n`;
}

function escapeControls(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => toEscape(character.charCodeAt(index))).join(''),
  );
}

function toEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
