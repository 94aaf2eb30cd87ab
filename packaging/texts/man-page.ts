import type { Block, CommandPage, Option, Term } from '../commands/command.ts';

/** Programs of whoever runs a system (man-pages(7)). */
export const SECTION = 8;

export function manName({ words }: Pick<CommandPage, 'words'>): string {
  return words.join('-');
}

/** The page in man(7), for groff and mandoc. */
export function formatManPage({
  page,
  related,
  files,
  version,
  epoch,
}: {
  readonly page: CommandPage;
  /** Names of other pages. */
  readonly related: readonly string[];
  readonly files: readonly Term[];
  readonly version: string;
  /** Of its date, in seconds since 1970. */
  readonly epoch: number;
}): string {
  const name = manName(page);
  const day = new Date(epoch * 1000).toISOString().slice(0, 10);
  const paragraphs = page.prose.filter(({ kind }) => kind === 'paragraph');
  const exits = paragraphs.filter(isOfExit);
  const others = paragraphs.filter((block) => !isOfExit(block));
  const examples = page.prose.filter(({ kind }) => kind === 'example');
  return [
    `.TH ${name.toUpperCase()} ${SECTION} ${day} "Trimtab ${version}" Trimtab`,
    ...section('NAME', [`${escapeText(name)} \\- ${escapeText(page.summary)}`]),
    ...section('SYNOPSIS', ['.nh', `.B ${escapeText(page.usage)}`, '.hy']),
    ...section('DESCRIPTION', others.length === 0 ? [sentence(page.summary)] : others.flatMap(formatBlock)),
    ...section('ARGUMENTS', page.arguments.flatMap(formatTerm)),
    ...section('OPTIONS', page.options.flatMap(formatOption)),
    ...section(
      'COMMANDS',
      page.commands.flatMap((command) => formatTerm(toTerm(command))),
    ),
    ...section('EXIT STATUS', exits.flatMap(formatBlock)),
    ...section('FILES', files.flatMap(formatTerm)),
    ...section('EXAMPLES', examples.flatMap(formatBlock)),
    ...section('SEE ALSO', related.length === 0 ? [] : [related.map(reference).join(',\n')]),
    '',
  ].join('\n');
}

function isOfExit(block: Block): boolean {
  return block.kind === 'paragraph' && /^Exit codes?:/.test(block.text);
}

function toTerm(command: CommandPage): Term {
  return { term: `${manName(command)}(${SECTION})`, text: command.summary };
}

function section(title: string, lines: readonly string[]): readonly string[] {
  // The head of a section begins a paragraph already.
  const [first, ...others] = lines;
  if (first === undefined) return [];
  return [`.SH ${/ /.test(title) ? `"${title}"` : title}`, ...(first === '.PP' ? [] : [first]), ...others];
}

function formatBlock(block: Block): readonly string[] {
  if (block.kind === 'paragraph') return ['.PP', ...toLines(block.text)];
  return ['.PP', '.RS 4', '.nf', ...block.lines.map((line) => guard(escapeText(line))), '.fi', '.RE'];
}

function formatTerm({ term, text }: Term): readonly string[] {
  return ['.TP', `.B ${escapeText(term)}`, ...toLines(text)];
}

function formatOption({ flags, value, text }: Option): readonly string[] {
  const shown = flags.map((flag) => `\\fB${escapeText(flag)}\\fR`).join(', ');
  return ['.TP', value === null ? shown : `${shown} \\fI${escapeText(value)}\\fR`, ...toLines(text)];
}

function reference(name: string): string {
  return `.BR ${escapeText(name)} (${SECTION})`;
}

function sentence(summary: string): string {
  return guard(escapeText(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`));
}

/** One sentence a line, as man-pages(7) has it: what is between two sentences is then for the formatter to say. */
function toLines(text: string): readonly string[] {
  return text.split(/(?<=[.;:])\s+(?=[A-Z-])/).map((line) => guard(escapeText(line)));
}

/** A dash on a terminal is to be one that can be typed; a backslash is the formatter's own. */
function escapeText(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replaceAll('`', '\\(ga');
}

/** A line that begins with a dot is the formatter's own. */
function guard(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}
