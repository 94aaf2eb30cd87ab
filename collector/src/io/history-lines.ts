import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { diskHint, Fault, toCause } from '@trimtab/protocol/shared';

/**
 * Writes lines to the file of this name, or to stdout where it is `-`. A file is there whole, or as it was before: it
 * is written beside it, for its owner alone. Throws a Fault `not-written`.
 */
export async function writeLines({ path, lines }: { path: string; lines: AsyncIterable<string> }): Promise<void> {
  // What fails on the side of the lines is told as what it is.
  const source = { failure: null as unknown };
  const texts = joinLines(lines, source);
  try {
    if (path === '-') await pipeline(texts, process.stdout, { end: false });
    else await writeFile(path, texts);
  } catch (error) {
    if (source.failure !== null) throw source.failure;
    throw new Fault({
      code: 'not-written',
      operation: 'export the history',
      subject: path === '-' ? 'stdout' : path,
      cause: toCause(error),
      hint: diskHint({ error, otherwise: 'Name a file in a folder that can be written, or - for stdout.' }),
    });
  }
}

async function writeFile(path: string, texts: AsyncIterable<string>): Promise<void> {
  const partial = `${path}.partial`;
  // What one that was broken off left, or somebody put there: a link would be followed, and a mode kept.
  await rm(partial, { force: true });
  try {
    await pipeline(texts, createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** So much at once, and a line at the least. */
const PIECE = 64 * 1024;

async function* joinLines(lines: AsyncIterable<string>, source: { failure: unknown }): AsyncGenerator<string> {
  let piece = '';
  try {
    for await (const line of lines) {
      piece += `${line}\n`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
  } catch (error) {
    source.failure = error;
    throw error;
  }
  yield piece;
}

/** More than a trim of a guest takes, whatever the guest says. */
export const MOST_LINE_CHARACTERS = 64 * 1024 * 1024;

/** Of a file, or of stdin where it is `-`. Throws a Fault `unreadable-file`. */
export async function requireReadable(path: string): Promise<void> {
  try {
    if (path !== '-') await requireRegular(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The lines of a file, or of stdin where it is `-`. Throws a Fault `unreadable-file`. */
export async function* readLines(path: string): AsyncGenerator<string> {
  try {
    if (path !== '-') await requireRegular(path);
    const input = path === '-' ? process.stdin : createReadStream(path);
    let rest = '';
    for await (const text of input.setEncoding('utf8')) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MOST_LINE_CHARACTERS) throw new Error('a line of it is longer than those of a history');
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    throw error instanceof Fault ? error : unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Fault {
  return new Fault({
    code: 'unreadable-file',
    operation: 'import a history',
    subject: path,
    cause: toCause(error),
    hint: 'Name a file that `trimtab export` wrote, or - for stdin.',
  });
}

async function requireRegular(path: string): Promise<void> {
  const file = await open(path);
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is no regular file');
  } finally {
    await file.close();
  }
}
