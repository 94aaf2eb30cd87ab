import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveSettings } from '@trimtab/protocol/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../collector/src/io/read-configuration.ts';
import { DEFAULT_CONFIGURATION, ENVIRONMENT_PREFIX, SETTINGS } from '../../../collector/src/settings.ts';
import { ALERT_SETTINGS } from '../alert/alert-facts.ts';
import { runTrimtab } from './run-trimtab.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-configuration-'));
  path = join(folder, 'collector.toml');
});
afterEach(() => rm(folder, { recursive: true }));

const resolve = (flags: Record<string, unknown> = {}, environment: Record<string, string> = {}) =>
  resolveSettings(SETTINGS, {
    flags,
    environment,
    environmentPrefix: ENVIRONMENT_PREFIX,
    file: readConfiguration({ named: path, standard: DEFAULT_CONFIGURATION }),
  });

describe('settings', () => {
  it('all have a default', async () => {
    await writeFile(path, '');
    expect(resolve()).toEqual({
      listen: [{ host: '127.0.0.1', port: 7461 }],
      acceptUnenrolled: false,
      advertise: [],
      tlsCertificate: null,
      tlsKey: null,
      socket: '/run/trimtab/collector.sock',
      apiListen: [],
      metricsListen: null,
      metricsPerGuest: false,
      stateDirectory: '/var/lib/trimtab',
      database: null,
      history: 512 * 1024 * 1024,
      keepSamples: 2,
      keepHours: 90,
      keepDays: 1_825,
      sampleEvery: 60_000,
      slotsPerPool: 2,
      settleLimit: 10_000,
      hypervisorUsers: ['root', 'libvirt-qemu', 'qemu', 'kvm', 'incus', 'lxd'],
      withoutQemuCounters: false,
      qgaSchedule: null,
      qgaTimeZone: 'UTC',
      libvirtUri: 'qemu:///system',
      guest: [],
      ...ALERT_SETTINGS,
      notify: [],
      connections: 10_000,
      connectionsPerAddress: 1_024,
      halfOpen: 4_096,
      halfOpenPerAddress: 128,
      strangers: 256,
      strangersPerAddress: 64,
      inventories: 64 * 1024 * 1024,
      strangerInventories: 8 * 1024 * 1024,
    });
  });

  it('come from the file, over it the environment, over it the flags', async () => {
    await writeFile(
      path,
      'slots-per-pool = 3\nsettle-limit = "1m"\nkeep-hours = "20y"\nkeep-days = "3w"\nlisten = "[::1]:1"\n[[guest]]\nname = "web-1"\n[[guest]]\nname = "b"\n',
    );
    expect(
      resolve({ slotsPerPool: '5' }, { TRIMTAB_SLOTS_PER_POOL: '4', TRIMTAB_API_LISTEN: '[::1]:80' }),
    ).toMatchObject({
      slotsPerPool: 5,
      settleLimit: 60_000,
      keepHours: 7_300,
      keepDays: 21,
      listen: [{ host: '::1', port: 1 }],
      apiListen: [{ host: '::1', port: 80 }],
      guest: [{ name: 'web-1' }, { name: 'b' }],
    });
    expect(resolve({}, { TRIMTAB_GUEST: '[{"name": "c"}]' }).guest).toEqual([{ name: 'c' }]);
  });

  it('a default file that is missing is fine', () => {
    expect(readConfiguration({ named: null, standard: DEFAULT_CONFIGURATION })).toBeNull();
  });
});

describe('trimtab serve with a bad configuration: one clear error, and nothing is started', () => {
  const serve = (args: string[] = [], environment: Record<string, string> = {}) =>
    runTrimtab(['serve', '--config', path, ...args], environment);

  it('a file that was named and is missing', async () => {
    const { exitCode, stdout, stderr } = await serve();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^trimtab: cannot read the configuration: .*collector\.toml: no such file or directory\n.*leave --config out.*\n$/,
    );
  });

  it('broken TOML', async () => {
    await writeFile(path, 'slots-per-pool = 3\nlisten = 127.0.0.1:80\n');
    const { exitCode, stderr } = await serve();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`cannot read the configuration: ${path}, line 2, column `);
    expect(stderr).toContain('A line is KEY = VALUE with text in quotes');
    expect(stderr).toContain('This one begins with: listen =');
  });

  it.each([
    ['database = "postgres://me:s3cret@db/trimtab', 'This one begins with: database ='],
    ['[[notify]]\ntoken = tk_s3cret', 'This one begins with: token ='],
    ['notify = [\n  { name = "it", token = tk_s3cret }]', 'text in quotes'],
    ['[[notify]]\ntoken = "tk\ns3cret="', 'This one begins with: token ='],
  ])('broken TOML with a secret, which is not told: %j', async (content, told) => {
    await writeFile(path, content);
    const { exitCode, stderr } = await serve();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cannot read the configuration');
    expect(stderr).toContain(told);
    expect(stderr).not.toContain('s3cret');
  });

  it.each([
    ['slot-per-pool = 3', ': slot-per-pool: there is no such key', 'slots-per-pool'],
    ['slots-per-pool = 0', ': slots-per-pool: 0 is not a whole number from 1 to 64', '--slots-per-pool 2'],
    ['slots-per-pool = 2.5', ': slots-per-pool: 2.5 is not a whole number', '--slots-per-pool 2'],
    ['settle-limit = 10', ': settle-limit: 10 is not a time such as 30s', '--settle-limit 10s'],
    ['keep-samples = "2h"', ': keep-samples: "2h" is not a time from 1d to 20y', '--keep-samples 2d'],
    ['keep-days = "21y"', ': keep-days: "21y" is not a time from 1d to 20y', '--keep-days 5y'],
    ['keep-hours = "0d"', ': keep-hours: "0d" is not a time from 1d to 20y', '--keep-hours 90d'],
    ['listen = "localhost"', ': listen: "localhost" is not ADDRESS:PORT', '--listen 192.0.2.1:7461'],
    ['listen = ""', ': listen: an address is needed', '--listen 192.0.2.1:7461'],
    ['guest = "web-1"', ': guest: "web-1" is not a list', '[[guest]]'],
    ['[guest]\nname = "web-1"', ': guest: {"name":"web-1"} is not a list', '[[guest]]'],
    ['notify = "tk_s3cret"', ': notify: it is not a list', '[[notify]]'],
    ['socket = 7', ': socket: 7 is not a text', '--socket /run/trimtab/collector.sock'],
  ])('%j', async (content, cause, remedy) => {
    await writeFile(path, content);
    const { exitCode, stdout, stderr } = await serve();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`${path}${cause}`);
    expect(stderr).toContain(remedy);
    expect(stderr).not.toContain('    at ');
    expect(stderr).not.toContain('tk_s3cret');
  });

  it('a bad variable of the environment', async () => {
    await writeFile(path, '');
    const { exitCode, stderr } = await serve([], { TRIMTAB_SLOTS_PER_POOL: 'many' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cannot use a setting: TRIMTAB_SLOTS_PER_POOL: "many" is not a whole number');
  });
});
