const CONTINUED = ' \\';

/**
 * A command in lines of at most `width` columns that a shell reads as the one command: broken after `&&` and `|`, else
 * between its words, with a backslash at the end of each line but the last. A word that is longer stays whole, and so
 * does what stands in quotes.
 */
export function breakCommand({
  command,
  width,
  first,
  rest,
}: {
  readonly command: string;
  readonly width: number;
  /** What the first line begins with, and the others. */
  readonly first: string;
  readonly rest: string;
}): readonly string[] {
  if (first.length + command.length <= width) return [first + command];
  const room = width - rest.length - CONTINUED.length;
  const words = toWords(command);
  // Of a part that is longer than a line each word is a part, an option with its value.
  const parts = toParts(words).flatMap((part) => (part.join(' ').length <= room ? [part.join(' ')] : withValues(part)));
  const [head = '', ...more] = parts;
  const lines = [first + head];
  for (const part of more) {
    const line = lines.at(-1) ?? '';
    if (line.length + 1 + part.length + CONTINUED.length <= width) lines[lines.length - 1] = `${line} ${part}`;
    else lines.push(rest + part);
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : line + CONTINUED));
}

/** A shell's words, quotes and all (POSIX XCU 2.2); what stands in `$(…)` or `${…}` goes as one. */
const WORD =
  /(?:\$'(?:\\.|[^'\\])*'|'[^']*'|"(?:\\.|[^"\\])*"|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^{}]*\}|\\.|[^\s'"\\])+/g;

/** Where quotes do not pair nothing is broken, nor where a comment follows: a backslash does not continue one. */
function toWords(command: string): readonly string[] {
  const words = command.match(WORD) ?? [];
  if (words.some((word) => word.startsWith('#'))) return [command];
  return words.join(' ') === command.trim().replaceAll(/ +/g, ' ') ? words : [command];
}

/** `--disk driver.discard=unmap` and `> FILE` belong together. */
function withValues(words: readonly string[]): readonly string[] {
  const parts: string[] = [];
  for (const word of words) {
    const before = parts.at(-1);
    if (before !== undefined && OPENS.test(before) && !word.startsWith('-'))
      parts[parts.length - 1] = `${before} ${word}`;
    else parts.push(word);
  }
  return parts;
}

const OPENS = /^(?:--?[\w-]+|>|<)$/;

const OPERATORS: ReadonlySet<string> = new Set(['&&', '||', '|', ';']);

/** The commands of a list or a pipe, each with the operator that ends it. */
function toParts(words: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const word of words) {
    parts.at(-1)?.push(word);
    if (OPERATORS.has(word)) parts.push([]);
  }
  return parts.filter((part) => part.length > 0);
}
