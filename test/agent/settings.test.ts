import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../agent/src/model/route.ts';
import { loadSettings } from '../../agent/src/settings.ts';

const load = (
  given: {
    flags?: Record<string, unknown>;
    configPath?: string;
    environment?: Record<string, string>;
    files?: Record<string, string>;
  } = {},
) =>
  loadSettings({
    flags: given.flags ?? {},
    configPath: given.configPath ?? null,
    environment: given.environment ?? {},
    readText: async (path) => given.files?.[path] ?? null,
  });

describe('the settings of the agent', () => {
  it('have defaults, and no schedule among them', async () => {
    expect(await load()).toEqual({
      collector: null,
      stateDirectory: '/var/lib/trimtab-agent',
      schedule: null,
      timeZone: 'UTC',
      minimumInterval: 10_000,
      grantPatience: 30_000,
      starter: 'resident',
      visitEvery: 900_000,
      root: '/',
    });
  });

  it('come from flags before the environment before the file', async () => {
    const files = {
      '/etc/trimtab/agent.toml': 'schedule = "@weekly"\ntime-zone = "Asia/Tokyo"\nminimum-interval = "1h"',
    };
    const environment = { TRIMTAB_AGENT_SCHEDULE: '@daily', TRIMTAB_AGENT_TIME_ZONE: 'Europe/Vienna' };
    expect(await load({ files, environment, flags: { schedule: '@monthly' } })).toMatchObject({
      schedule: '@monthly',
      timeZone: 'Europe/Vienna',
      minimumInterval: 3_600_000,
    });
  });

  it.each([
    [
      'a file that was named and is not there',
      { configPath: '/x.toml' },
      /configuration: \/x\.toml: there is no such file/,
    ],
    [
      'broken TOML',
      { configPath: '/x.toml', files: { '/x.toml': 'schedule = "@daily"\ncollector = \n' } },
      /\/x\.toml, line 2: /,
    ],
    [
      'an unknown key',
      { configPath: '/x.toml', files: { '/x.toml': 'colector = "a:1"' } },
      /\/x\.toml: colector: there is no such key/,
    ],
    ['a bad address', { flags: { collector: 'host' } }, /--collector: "host" is not ADDRESS:PORT/],
    [
      'a bad time in the environment',
      { environment: { TRIMTAB_AGENT_MINIMUM_INTERVAL: '10' } },
      /TRIMTAB_AGENT_MINIMUM_INTERVAL: "10" is not a time/,
    ],
  ])('refuse %s', async (_what, given, message) => {
    await expect(load(given)).rejects.toThrow(message);
  });

  it('take IPv6 in brackets, and an address is written as it is read', async () => {
    const addresses = ['192.0.2.1:7461', '[2001:db8::1]:7461', 'host.example:7461'];
    for (const collector of addresses) {
      const settings = await load({ flags: { collector } });
      expect(settings.collector === null ? null : formatAddress(settings.collector)).toBe(collector);
    }
  });
});
