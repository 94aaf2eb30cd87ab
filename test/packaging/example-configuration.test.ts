import { resolveSettings, type SettingsTable, toFlag } from '@trimtab/protocol/shared';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import * as agent from '../../agent/src/settings.ts';
import * as collector from '../../collector/src/settings.ts';
import type { FileEntry } from '../../packaging/model/tree.ts';
import { agentConfiguration, collectorConfiguration } from '../../packaging/packages/configurations.ts';

const PROGRAMS: readonly [string, FileEntry, SettingsTable, string][] = [
  ['agent', agentConfiguration(), agent.SETTINGS, agent.ENVIRONMENT_PREFIX],
  ['collector', collectorConfiguration(), collector.SETTINGS, collector.ENVIRONMENT_PREFIX],
];

describe.each(PROGRAMS)('the configuration of the %s that is installed', (_, file, table, environmentPrefix) => {
  const text = file.content.kind === 'bytes' ? new TextDecoder().decode(file.content.bytes) : '';
  const resolve = (content: Readonly<Record<string, unknown>> | null) =>
    resolveSettings(table, {
      flags: {},
      environment: {},
      environmentPrefix,
      file: content === null ? null : { path: file.path, content },
    });

  it('changes nothing as it is, nor where every default in it is set', () => {
    expect(parse(text)).toEqual({});
    const set = parse(text.replace(/^#(?=[a-z-]+ = )/gm, ''));
    expect(Object.keys(set).length).toBeGreaterThan(3);
    expect(resolve(set)).toEqual(resolve(null));
  });

  it('names every setting, and no other', () => {
    const named = [...text.matchAll(/^#(?: {3})?([a-z-]+) = |\[\[([a-z]+)\]\]/gm)].map(([, key, list]) => key ?? list);
    expect([...new Set(named)].toSorted()).toEqual(Object.keys(table).map(toFlag).toSorted());
  });

  it('has examples that can be taken as they are', () => {
    for (const [line] of text.matchAll(/^# {3}[a-z-]+ = .*$/gm))
      expect(() => resolve(parse(line.slice(4)))).not.toThrow();
  });

  it('has lines that a terminal shows whole', () => {
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});
