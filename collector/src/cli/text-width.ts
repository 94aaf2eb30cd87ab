const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * East Asian Wide and Fullwidth (UAX #11), the blocks in use, and what is drawn as an emoji: two columns on a terminal.
 */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u;

/** A column a character. To cut a text into its graphemes takes a hundred times as long: a second of 4,096 guests. */
const ASCII = /^[ -~]*$/;

/** Columns that plain text takes on a terminal. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** Fits text into a width by an ellipsis, which stands where the text has least to say. */
export function shorten(text: string, width: number, place: 'start' | 'middle' | 'end'): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  const room = width - 1;
  const tailRoom = { start: room, middle: Math.ceil(room / 2), end: 0 }[place];
  const all = graphemes(text);
  const head = takeWidth(all, room - tailRoom);
  const tail = takeWidth(all.toReversed(), tailRoom).reverse();
  return `${head.join('')}…${tail.join('')}`;
}

function graphemes(text: string): string[] {
  if (ASCII.test(text)) return [...text];
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (/^\p{M}+$/u.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

function takeWidth(from: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let room = width;
  for (const grapheme of from) {
    room -= graphemeWidth(grapheme);
    if (room < 0) break;
    taken.push(grapheme);
  }
  return taken;
}
