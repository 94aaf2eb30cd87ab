import { toPlainText } from '@trimtab/protocol/shared';

/** The second line of commander's words; all before it may be of the command line. */
const SUGGESTION = /\n\(Did you mean [^\n]*\)$/;

/** Commander's own words for a wrong command line, told as this program tells every error. */
export function formatUsageError({ text, verb }: { text: string; verb: string | null }): string {
  const message = text.trimEnd().replace(/^error: /, '');
  const suggestion = SUGGESTION.exec(message)?.[0] ?? '';
  const said = toPlainText(message.slice(0, message.length - suggestion.length));
  const lines = [said, suggestion.trim(), seeHelp(verb)].filter(Boolean);
  return `trimtab: ${lines.join('\n  ')}\n`;
}

/** The next step after a wrong usage: the help of the command that was called, if one was. */
export function seeHelp(verb: string | null): string {
  return `${verb === null ? 'trimtab --help' : `trimtab ${verb} --help`} shows what there is.`;
}
