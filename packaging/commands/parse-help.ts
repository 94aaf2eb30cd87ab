import type { Block, Option, Term } from './command.ts';

export interface Help {
  readonly usage: string;
  readonly arguments: readonly Term[];
  readonly options: readonly Option[];
  readonly commands: readonly Term[];
  readonly prose: readonly Block[];
}

/** Heads of blocks whose lines are terms with their text. */
const LISTS = ['Arguments', 'Options', 'Commands'] as const;

/**
 * Reads what a program prints for --help, the collector's by commander or the agent's own: blocks with an empty line
 * between them, and lists of terms that begin two columns in. Whoever prints help otherwise is told so.
 */
export function parseHelp(text: string): Help {
  const blocks = text.trim().split(/\n{2,}/);
  const usage = blocks.map((block) => /^Usage: (.+)$/.exec(block)?.[1]).find((found) => found !== undefined);
  if (usage === undefined) throw new Error(`help without a line of usage: ${text.slice(0, 60)}`);
  const listOf = (name: (typeof LISTS)[number]): readonly Term[] => {
    const block = blocks.find((each) => each.startsWith(`${name}:\n`));
    return block === undefined ? [] : parseTerms(block.split('\n').slice(1));
  };
  const isListed = (block: string) =>
    block.startsWith('Usage: ') || LISTS.some((name) => block.startsWith(`${name}:\n`));
  return {
    usage,
    arguments: listOf('Arguments'),
    options: listOf('Options').map(toOption),
    commands: listOf('Commands'),
    prose: blocks.filter((block) => !isListed(block)).flatMap(parseProse),
  };
}

/** A term is two columns in; what belongs to it is further in, or two columns behind it. */
function parseTerms(lines: readonly string[]): readonly Term[] {
  const terms: { term: string; text: string }[] = [];
  for (const line of lines) {
    const begun = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line);
    const last = terms.at(-1);
    if (begun !== null) terms.push({ term: begun[1] ?? '', text: begun[2] ?? '' });
    else if (last !== undefined) last.text = `${last.text} ${line.trim()}`.trim();
  }
  return terms;
}

function toOption({ term, text }: Term): Option {
  const words = term.split(/,? +/);
  const flags = words.filter((word) => word.startsWith('-'));
  const value = words.filter((word) => !word.startsWith('-')).join(' ');
  return { flags, value: value === '' ? null : value.replace(/^<|>$/g, ''), text };
}

/** `Example:` and what is indented below it; the rest of a block is words. */
function parseProse(block: string): readonly Block[] {
  const blocks: ({ kind: 'paragraph'; text: string } | { kind: 'example'; lines: string[] })[] = [];
  for (const line of block.split('\n')) {
    const last = blocks.at(-1);
    if (/^Examples?:$/.test(line)) continue;
    if (line.startsWith('  ')) {
      if (last?.kind === 'example') last.lines.push(line.slice(2));
      else blocks.push({ kind: 'example', lines: [line.slice(2)] });
    } else if (last?.kind === 'paragraph' && !BEGINS_ANEW.test(line)) last.text = `${last.text} ${line}`;
    else blocks.push({ kind: 'paragraph', text: line });
  }
  return blocks;
}

/** A paragraph of its own on the page, though help has no room for an empty line before it. */
const BEGINS_ANEW = /^(?:Exit codes?:|--json prints )/;
