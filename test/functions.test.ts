import { expect, it } from 'vitest';
import { parseSource, readSources, type Source, type Span, type Syntax } from './support/sources.ts';

const MOST_LINES = 80;

interface Measured {
  readonly file: string;
  readonly line: number;
  readonly lines: number;
}

// biome.json has the rule as well (noExcessiveLinesPerFunction), for those who type; it does not count lines that only
// close a block, so that a function of 145 lines is one of 121 to it.
it(`no function is over ${MOST_LINES} lines, from brace to brace, with all closures in it`, async () => {
  const sources = await readSources('protocol/src/*.ts', 'agent/src/*.ts', 'collector/src/*.ts', 'packaging/*.ts');
  const measured = sources.flatMap(measure);
  expect(measured.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
  // A count that finds no functions would find no long ones.
  expect(measured.length).toBeGreaterThan(1_000);
});

it('counts a function by its braces, whatever surrounds it', async () => {
  const text =
    '// ’\nexport const one = () => {\n  const two = function () {\n    return 1;\n  };\n  return two;\n};\n';
  expect(measure(await parseSource({ file: 'a.ts', text }))).toEqual([
    { file: 'a.ts', line: 2, lines: 6 },
    { file: 'a.ts', line: 3, lines: 3 },
  ]);
});

/** Every function with a body in braces. */
function measure({ file, nodes, lineAt }: Source): readonly Measured[] {
  return nodes.flatMap((node) => {
    const braces = bodyOf(node);
    if (braces === null) return [];
    const line = lineAt(braces.start);
    return [{ file, line, lines: lineAt(braces.end) - line + 1 }];
  });
}

function bodyOf({ type, body }: Syntax): Span | null {
  const block = body as { readonly stmts?: unknown; readonly span?: Span } | null | undefined;
  return FUNCTIONS.has(type) && block?.stmts !== undefined ? (block.span ?? null) : null;
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
