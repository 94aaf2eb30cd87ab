import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SettingsTable, toFlag, toVariable } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import * as agent from '../agent/src/settings.ts';
import { AGENT_VERSION } from '../agent/src/version.ts';
import { ALL_CAUSES } from '../collector/src/diagnose/causes.ts';
import * as collector from '../collector/src/settings.ts';
import { COLLECTOR_VERSION } from '../collector/src/version.ts';
import { formatCausesPage } from './docs/causes-page.ts';
import { formatHopsPicture } from './docs/hops-picture.ts';
import { findLongLines } from './docs/long-lines.ts';
import { LAB_CASES } from './lab/cases.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'protocol/PROTOCOL.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The first cell of each row of a table whose first cell is in backquotes. */
const firstCells = (text: string) => [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell);

describe('docs/how-to-configure.md lists just the keys there are, with variable and default', () => {
  const [, ofCollector = '', ofAgent = ''] = read('docs/how-to-configure.md').split(/^## /m);
  const programs: [string, string, SettingsTable, string][] = [
    ['collector', ofCollector, collector.SETTINGS, collector.ENVIRONMENT_PREFIX],
    ['agent', ofAgent, agent.SETTINGS, agent.ENVIRONMENT_PREFIX],
  ];
  it.each(programs)('%s', (_, text, table, prefix) => {
    expect(firstCells(text).toSorted()).toEqual(Object.keys(table).map(toFlag).toSorted());
    for (const [key, setting] of Object.entries(table)) {
      const shown = setting.default === null || Array.isArray(setting.default) ? 'none' : `\`${setting.default}\``;
      expect(text).toContain(`| \`${toFlag(key)}\` | \`${toVariable({ key, prefix })}\` | ${shown}`);
    }
  });
});

describe('docs/causes.md', () => {
  it('is what the list of causes makes it (else: npm run docs)', () => {
    expect(read('docs/causes.md')).toBe(formatCausesPage());
  });

  it('has a section for every cause, and a cause for every section', () => {
    const sections = [...read('docs/causes.md').matchAll(/^## (.+)$/gm)].map(([, id]) => id);
    expect(sections.toSorted()).toEqual(ALL_CAUSES.map(({ id }) => id).toSorted());
    expect(new Set(sections).size).toBe(sections.length);
  });
});

describe('docs/hops.svg', () => {
  it('is what the list of hops makes it (else: npm run docs)', () => {
    expect(read('docs/hops.svg')).toBe(formatHopsPicture());
  });

  it('needs nothing from elsewhere, and has its own colours in the dark', () => {
    const [, ...addresses] = [...formatHopsPicture().matchAll(/https?:[^"]*/g)];
    expect(addresses).toEqual([]);
    expect(formatHopsPicture()).toContain('@media (prefers-color-scheme: dark)');
  });
});

it('every link between the documents leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:]+)\)/g)]
      .map(([, target = '']) => join(page, '..', target))
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${page} → ${target}`),
  );
  expect(broken).toEqual([]);
});

it('every file of the sources that a document names is there', () => {
  const roots = ['.', 'collector/src', 'agent/src', 'protocol', 'protocol/src/wire'];
  const missing = pages.flatMap((page) =>
    [...read(page).matchAll(/`([\w.-]+\/[\w./-]*(?:\.(?:ts|mjs|md)|\/))`/g)]
      .map(([, path = '']) => path)
      .filter((path) => !roots.some((from) => existsSync(join(root, from, path))))
      .map((path) => `${page}: ${path}`),
  );
  expect(missing).toEqual([]);
});

it.each(pages)('the prose of %s is at most 100 columns wide', (page) => {
  expect(findLongLines(read(page))).toEqual([]);
});

it('a long line is found in prose and in lists, not in tables, code and the targets of links', () => {
  const word = 'x'.repeat(101);
  const page = [word, `- ${word}`, `| ${word} |`, `    ${word}`, '```', word, '```', `[x](${word})`, `[x](y) ${word}`];
  expect(findLongLines(page.join('\n')).map((line) => line.split(':')[0])).toEqual(['1', '2', '9']);
});

it('every rule that the sources cite by its number is one of ARCHITECTURE.md', () => {
  const rules = new Set([...read('ARCHITECTURE.md').matchAll(/^- \*\*(R\d+)\./gm)].map(([, rule]) => rule));
  const sources = ['protocol', 'agent', 'collector'].flatMap((workspace) =>
    readdirSync(join(root, workspace, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${workspace}/src/${path}`),
  );
  const cited = sources.flatMap((path) => [...read(path).matchAll(/\b(?:rule|md,) (R\d+)/g)].map(([, rule]) => rule));
  expect(cited.length).toBeGreaterThan(5);
  expect(cited.filter((rule) => !rules.has(rule))).toEqual([]);
});

it('README.md has fewer than 120 lines', () => {
  expect(read('README.md').split('\n').length).toBeLessThan(120);
});

it('README.md says no more of the lab than there is', () => {
  const [, cases] = /in more than (\d+) cases of/.exec(read('README.md').replaceAll('\n', ' ')) ?? [];
  expect(LAB_CASES.length).toBeGreaterThan(Number(cases));
});

it('the programs say the version of their packages', () => {
  expect([AGENT_VERSION, COLLECTOR_VERSION]).toEqual(
    ['agent', 'collector'].map((workspace) => readPackage(workspace).version),
  );
});

it('all packages have one version, which the changelog tells of, and one licence', () => {
  const [house, ...workspaces] = ['.', 'protocol', 'agent', 'collector', 'test'].map(readPackage);
  for (const { version, license } of workspaces) {
    expect({ version, license }).toEqual({ version: house?.version, license: 'Apache-2.0' });
  }
  expect(read('CHANGELOG.md')).toContain(`\n## [${house?.version}] - `);
  expect(read('LICENSE')).toContain('Apache License');
});

function readPackage(workspace: string): { readonly version: string; readonly license: string } {
  return JSON.parse(read(`${workspace}/package.json`));
}
