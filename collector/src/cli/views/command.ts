import { breakCommand } from '@trimtab/protocol/causes';
import { toPlainText } from '../plain-text.ts';

/** A command to be copied: where it is too long it is broken between its words, as a shell allows. */
export function formatCommand({
  command,
  width,
  indent,
}: {
  command: string;
  width: number;
  indent: string;
}): readonly string[] {
  return breakCommand({ command: toPlainText(command), width, first: indent, rest: `${indent}  ` });
}
