import type { Fix } from '@trimtab/protocol/causes';
import { toPlainText } from '@trimtab/protocol/shared';

/** Notes are prose; commands are lines to copy, and never broken. */
const WIDTH = 72;

/** A fix as text: what comes first, its commands a line each, then what to do besides. */
export function formatFix({ on, first, commands, note }: Fix): string {
  const where = on === 'guest' && commands.length > 0 ? ['# in the guest, as root'] : [];
  return [...(first === undefined ? [] : wrap(first)), ...where, ...commands, ...(note === null ? [] : wrap(note))]
    .map(toPlainText)
    .join('\n');
}

/** Words of a guest may be among it: line ends are ours alone. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
