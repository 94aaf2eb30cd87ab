import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from '@swc/core';

const root = join(import.meta.dirname, '../..');

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A node of swc's syntax tree, of which only the kind is sure. */
export type Syntax = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Source {
  readonly file: string;
  /** Every node of its tree, from the top. */
  readonly nodes: readonly Syntax[];
  lineAt(position: number): number;
  textOf(span: Span): string;
}

/** What git has of these paths, and what is new and not ignored. */
export async function readSources(...paths: readonly string[]): Promise<readonly Source[]> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', ...paths];
  const { stdout } = await promisify(execFile)('git', list, { cwd: root });
  return Promise.all(
    stdout
      .trim()
      .split('\n')
      .map(async (file) => parseSource({ file, text: await readFile(join(root, file), 'utf8') })),
  );
}

export async function parseSource({ file, text }: { file: string; text: string }): Promise<Source> {
  const bytes = Buffer.from(text);
  // swc counts its positions on from one file to the next; an end marker of our own says where this one is.
  const module = await parse(`${text}\n;`, { syntax: 'typescript' });
  const start = module.span.end - Buffer.byteLength(`${text}\n;`);
  const textOf = (span: Span) => bytes.subarray(span.start - start, span.end - start).toString();
  return {
    file,
    nodes: [...nodesIn(module.body)],
    lineAt: (position) => textOf({ start, end: position }).split('\n').length,
    textOf,
  };
}

function* nodesIn(tree: unknown): Generator<Syntax> {
  if (typeof tree !== 'object' || tree === null) return;
  if ('type' in tree && typeof tree.type === 'string') yield tree as Syntax;
  for (const below of Object.values(tree)) yield* nodesIn(below);
}
