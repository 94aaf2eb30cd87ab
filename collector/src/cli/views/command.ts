import { breakCommand } from '@trimtab/protocol/causes';

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
  return breakCommand({ command, width, first: indent, rest: `${indent}  ` });
}
