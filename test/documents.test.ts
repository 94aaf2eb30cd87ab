import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SettingsTable, toFlag, toVariable } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import * as agent from '../agent/src/settings.ts';
import { AGENT_VERSION } from '../agent/src/version.ts';
import { ALL_CAUSES } from '../collector/src/diagnose/causes.ts';
import * as collector from '../collector/src/settings.ts';
import { COLLECTOR_VERSION } from '../collector/src/version.ts';
import { formatCausesPage } from './docs/causes-page.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

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
      expect(text).toContain(`| \`${toFlag(key)}\` | \`${toVariable(key, prefix)}\` | ${shown}`);
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

it('every link between the documents leads somewhere', () => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'protocol/PROTOCOL.md',
    ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ];
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:]+)\)/g)]
      .map(([, target = '']) => join(page, '..', target))
      .filter((target) => !existsIn(target))
      .map((target) => `${page} → ${target}`),
  );
  expect(broken).toEqual([]);
});

it('README.md has fewer than 120 lines', () => {
  expect(read('README.md').split('\n').length).toBeLessThan(120);
});

it('the programs say the version of their packages', () => {
  expect([AGENT_VERSION, COLLECTOR_VERSION]).toEqual(
    ['agent', 'collector'].map((workspace) => JSON.parse(read(`${workspace}/package.json`)).version),
  );
});

function existsIn(target: string): boolean {
  try {
    readFileSync(join(root, target));
    return true;
  } catch {
    return false;
  }
}
