import { beforeAll, describe, expect, it } from 'vitest';
import { parseSource, readSources, type Source, type Span, type Syntax } from './support/sources.ts';

// What CONTRIBUTING.md says under “One dialect”, as far as a program can tell.
let sources: readonly Source[] = [];
beforeAll(async () => {
  sources = await readSources(
    'protocol/src/*.ts',
    'agent/src/*.ts',
    'collector/src/*.ts',
    'packaging/*.ts',
    'test/*.ts',
  );
  expect(sources.length).toBeGreaterThan(500);
});

/**
 * Equalities and comparators have these: where they may change places, or the caller of sort() has put them in theirs.
 */
const INTERCHANGEABLE = new Set(['one, other', 'a, b']);
/** The order is another's. */
const AS_CALLED = [
  'collector/src/cli/verbs/repair.ts: guest, disk',
  'collector/src/cli/verbs/trust/guest-words.ts: guest, name',
];

it('two parameters of one type are properties of one object', () => {
  expect(sources.flatMap(findConfusable).filter((found) => !AS_CALLED.includes(found))).toEqual([]);
});

it('no literal is spread into another', () => {
  expect(sources.flatMap(findSpreads)).toEqual([]);
});

it('no parameter is named the or of', () => {
  const named = ({ file, nodes }: Source) =>
    nodes.flatMap(readParameters).flatMap(({ name }) => (/^(?:the|of)$/.test(name) ? [`${file}: ${name}`] : []));
  expect(sources.flatMap(named)).toEqual([]);
});

/** The wire's message, and what answers it. */
const OF_THE_MESSAGE =
  /^(?:protocol\/src\/wire|agent\/src\/conduct|test\/agent\/conduct)\/.*: (?:look|lookSchema|Look)$/;

it('nothing but the message is named look', () => {
  const named = ({ file, nodes }: Source) =>
    nodes
      .filter(({ type, value }) => type === 'Identifier' && /(?<!out)look/i.test(String(value)))
      .map(({ value }) => `${file}: ${value}`);
  const found = sources.flatMap(named);
  expect(found.filter((name) => !OF_THE_MESSAGE.test(name))).toEqual([]);
  expect(found).toContain('protocol/src/wire/messages/look.ts: lookSchema');
});

describe('the search', () => {
  const search = async (text: string) => {
    const source = await parseSource({ file: 'a.ts', text: `// ’\n${text}` });
    return [...findConfusable(source), ...findSpreads(source)];
  };

  it.each([
    ['function f(name: string, place: string) {}', 'a.ts: name, place'],
    ['const f = (name: string, at: number, place?: string | null) => 1;', 'a.ts: name, place'],
    ['const f = (count: number, digits = 2) => 1;', 'a.ts: count, digits'],
    ['interface Port { write(name: string, text: string): void }', 'a.ts: name, text'],
    ['type Write = (names: readonly string[], texts: string[]) => void;', 'a.ts: names, texts'],
    ['const port = { write(name: string, text: string) {} };', 'a.ts: name, text'],
    ['class Port { write(name: string, text: string) {} }', 'a.ts: name, text'],
    ['const all = { a: 1, ...{ b, c } };', 'a.ts:2'],
  ])('finds %s', async (text, found) => expect(await search(text)).toEqual([found]));

  it.each([
    'function f({ name, place }: { name: string; place: string }) {}',
    'const isSame = (one: Mount, other: Mount) => true;',
    'const f = (id: GuestId, name: string) => 1;',
    'rows.map((row, index) => index);',
    'const all = { a: 1, ...(b === null ? {} : { b }) };',
  ])('leaves %s', async (text) => expect(await search(text)).toEqual([]));
});

interface Parameter {
  readonly name: string;
  /** Where it is written, or plain from its default. */
  readonly typeSpan: Span | null;
  readonly plain: string | null;
}

function findConfusable({ file, nodes, textOf }: Source): readonly string[] {
  return nodes.flatMap((node) => {
    const parameters = readParameters(node).map(({ name, typeSpan, plain }) => ({
      name,
      kind: typeSpan === null ? plain : toKind(textOf(typeSpan)),
    }));
    return parameters.flatMap(({ name, kind }, index) =>
      parameters
        .slice(index + 1)
        .filter((other) => kind !== null && other.kind === kind)
        .map((other) => `${name}, ${other.name}`)
        .filter((pair) => !INTERCHANGEABLE.has(pair))
        .map((pair) => `${file}: ${pair}`),
    );
  });
}

/** `: readonly string[] | null` is `string[]`: a value that is there fits either way. */
function toKind(annotation: string): string {
  return annotation
    .replace(/^:/, '')
    .replace(/\|\s*(?:null|undefined)\b/g, '')
    .replace(/\breadonly\b/g, '')
    .replace(/\s+/g, '');
}

function findSpreads({ file, nodes, lineAt }: Source): readonly string[] {
  return nodes
    .filter(({ type }) => type === 'ObjectExpression')
    .flatMap(({ properties }) => properties as readonly { type: string; spread?: Span; arguments?: Syntax }[])
    .filter(({ type, arguments: spread }) => type === 'SpreadElement' && spread?.type === 'ObjectExpression')
    .map(({ spread }) => `${file}:${lineAt(spread?.start ?? 0)}`);
}

/** Of a function, a method or their type; none of any other node. Rest and destructured parameters have no name. */
function readParameters(node: Syntax): readonly Parameter[] {
  const inner = node.function as { readonly params?: unknown } | undefined;
  const list = (node.params ?? inner?.params ?? []) as readonly Syntax[];
  return Array.isArray(list) ? list.flatMap(readParameter) : [];
}

function readParameter(node: Syntax): readonly Parameter[] {
  if (node.type === 'Parameter') return readParameter(node.pat as Syntax);
  if (node.type === 'AssignmentPattern')
    return readParameter(node.left as Syntax).map((named) => ({ ...named, plain: typeOf(node.right as Syntax) }));
  if (node.type !== 'Identifier') return [];
  const annotation = node.typeAnnotation as { readonly span: Span } | null | undefined;
  return [{ name: String(node.value), typeSpan: annotation?.span ?? null, plain: null }];
}

function typeOf({ type }: Syntax): string | null {
  return (
    { NumericLiteral: 'number', StringLiteral: 'string', TemplateLiteral: 'string', BooleanLiteral: 'boolean' }[type] ??
    null
  );
}
