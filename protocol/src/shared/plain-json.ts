/**
 * JSON that is the same document and holds nothing that a terminal would carry out, nor what could not be seen there:
 * such characters are written as `\uXXXX`, as those below U+0020 always are.
 */
export function toPlainJson(value: unknown, indent = 0): string {
  return escapeControls(JSON.stringify(value, null, indent));
}

/** One document, as `--json` prints it. */
export function formatJson(value: unknown): string {
  return `${toPlainJson(value, 2)}\n`;
}

/** The same on one line. */
export function formatJsonLine(value: unknown): string {
  return `${toPlainJson(value)}\n`;
}

/** The same for a text that is JSON already; line ends between its parts stay. */
export function escapeControls(json: string): string {
  // All that could be one, first: what is asked for by its properties takes 20 times as long to look for.
  return json.replace(/[^\n\x20-\x7e]+/g, (run) =>
    run.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
      Array.from({ length: character.length }, (_, index) => toEscape(character.charCodeAt(index))).join(''),
    ),
  );
}

function toEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
