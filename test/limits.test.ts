import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ConstantLimit } from './docs/limits/limit.ts';
import { NO_LIMITS } from './docs/limits/no-limits.ts';
import { LIMIT_SECTIONS } from './docs/limits/sections.ts';
import { formatLimitsPage } from './docs/limits-page.ts';
import { readSources, type Source, type Syntax } from './support/sources.ts';

/** What a bound is called, as far as a program can tell. */
const NAMED_AS_A_BOUND =
  /(?:^|_)(?:LIMIT|LIMITS|MAX|MAXIMUM|MOST|LONGEST|LARGEST|DEEPEST|KEPT|REMEMBERED|WAITING|TIMEOUT|PATIENCE|BYTES|CHARACTERS|HOLD|CONNECTIONS|AT_ONCE)(?:_|$)/;

let found: readonly string[] = [];
beforeAll(async () => {
  const sources = await readSources('protocol/src/*.ts', 'agent/src/*.ts', 'collector/src/*.ts');
  found = sources.flatMap(findBounds);
  expect(found.length).toBeGreaterThan(100);
});

const constants = LIMIT_SECTIONS.flatMap(({ limits }) => limits).filter((limit) => limit.kind === 'constant');
const named = constants.flatMap(({ file, constants }) => Object.keys(constants).map((name) => `${file}: ${name}`));

describe('docs/limits.md', () => {
  it('is what the code makes it (else: npm run docs)', () => {
    expect(readFileSync(join(import.meta.dirname, '../docs/limits.md'), 'utf8')).toBe(formatLimitsPage());
  });

  it('has every constant that is named as a bound is, and every number that one file tells another', () => {
    expect(found.filter((bound) => !named.includes(bound) && !NO_LIMITS.has(bound))).toEqual([]);
  });

  it('has each of them once, and none is called no bound besides', () => {
    expect(named.toSorted()).toEqual([...new Set(named)].toSorted());
    expect(named.filter((bound) => NO_LIMITS.has(bound))).toEqual([]);
  });

  it.each(constants)('has $what from where it says', async ({ file, constants }: ConstantLimit) => {
    const source: Readonly<Record<string, unknown>> = await import(join(import.meta.dirname, '..', file));
    for (const [name, value] of Object.entries(constants)) expect(source[name], name).toEqual(value);
  });

  it('calls nothing no bound that is not there', () => {
    expect([...NO_LIMITS].filter((bound) => !found.includes(bound))).toEqual([]);
  });
});

interface Declarator {
  readonly id: { readonly value?: unknown };
  readonly init: Syntax | null;
}

/** Constants of a module whose name is a bound's, and numbers that it exports, as `FILE: NAME`. */
function findBounds({ file, nodes }: Source): readonly string[] {
  const constantsIn = (some: readonly Syntax[]) =>
    some
      .filter(({ type, kind }) => type === 'VariableDeclaration' && kind === 'const')
      .flatMap(({ declarations }) => declarations as readonly Declarator[])
      .map(({ id, init }) => ({ name: String(id.value ?? ''), init }))
      .filter(({ name }) => /^[A-Z][A-Z0-9_]*$/.test(name));
  const exported = nodes.filter(({ type }) => type === 'ExportDeclaration').map(({ declaration }) => declaration);
  const found = [
    ...constantsIn(nodes).filter(({ name }) => NAMED_AS_A_BOUND.test(name)),
    ...constantsIn(exported as readonly Syntax[]).filter(({ init }) => isNumber(init)),
  ];
  return [...new Set(found.map(({ name }) => `${file}: ${name}`))];
}

/** `4`, `30_000`, `8 * 1024 * SIZE`. */
function isNumber(init: Syntax | null): boolean {
  if (init?.type === 'NumericLiteral') return true;
  return init?.type === 'BinaryExpression' && (isNumber(init.left as Syntax) || isNumber(init.right as Syntax));
}
