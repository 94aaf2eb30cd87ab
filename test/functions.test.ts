import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from '@swc/core';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const MOST_LINES = 80;

interface Measured {
  readonly file: string;
  readonly line: number;
  readonly lines: number;
}

// biome.json has the rule as well (noExcessiveLinesPerFunction), for those who type; it does not count lines that only close a
// block, so that a function of 145 lines is one of 121 to it.
it(`no function is over ${MOST_LINES} lines, from brace to brace, with all closures in it`, async () => {
  const folders = ['protocol/src/*.ts', 'agent/src/*.ts', 'collector/src/*.ts'];
  const { stdout } = await promisify(execFile)('git', ['ls-files', ...folders], { cwd: root });
  const measured = (await Promise.all(stdout.trim().split('\n').map(measureFunctions))).flat();
  expect(measured.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
  // A count that finds no functions would find no long ones.
  expect(measured.length).toBeGreaterThan(1_000);
});

it('counts a function by its braces, whatever surrounds it', async () => {
  const text =
    '// ’\nexport const one = () => {\n  const two = function () {\n    return 1;\n  };\n  return two;\n};\n';
  expect(await measure('a.ts', text)).toEqual([
    { file: 'a.ts', line: 2, lines: 6 },
    { file: 'a.ts', line: 3, lines: 3 },
  ]);
});

async function measureFunctions(file: string): Promise<readonly Measured[]> {
  return measure(file, await readFile(join(root, file), 'utf8'));
}

/** Every function with a body in braces. */
async function measure(file: string, text: string): Promise<readonly Measured[]> {
  const bytes = Buffer.from(text);
  // swc counts its positions on from one file to the next; an end marker of our own says where this one is.
  const module = await parse(`${text}\n;`, { syntax: 'typescript' });
  const start = module.span.end - Buffer.byteLength(`${text}\n;`);
  const lineAt = (position: number) =>
    bytes
      .subarray(0, position - start)
      .toString()
      .split('\n').length;
  return bodiesIn(module.body).map(({ start: from, end }) => ({
    file,
    line: lineAt(from),
    lines: lineAt(end) - lineAt(from) + 1,
  }));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function bodiesIn(node: unknown): readonly Span[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, body } = node as { readonly type?: string; readonly body?: { readonly stmts?: unknown; span?: Span } };
  const isFunction = type !== undefined && FUNCTIONS.has(type) && body?.stmts !== undefined;
  const own = isFunction && body.span !== undefined ? [body.span] : [];
  return [...own, ...Object.values(node).flatMap(bodiesIn)];
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
]);
