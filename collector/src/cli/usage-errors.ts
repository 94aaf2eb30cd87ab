/** Commander's own words for a wrong command line, told as this program tells every error. */
export function formatUsageError({ text, verb }: { text: string; verb: string | null }): string {
  const message = text
    .trimEnd()
    .replace(/^error: /, '')
    .replaceAll('\n', '\n  ');
  return `trimtab: ${message}\n  ${helpOf(verb)} shows what there is.\n`;
}

function helpOf(verb: string | null): string {
  return verb === null ? 'trimtab --help' : `trimtab ${verb} --help`;
}
