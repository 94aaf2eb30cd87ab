import { describe, expect, it } from 'vitest';
import { runCli } from '../../../collector/src/cli/run-cli.ts';
import type { Desk } from '../../../collector/src/ports/desk/desk.ts';
import type { RemoteDesk } from '../../../collector/src/ports/desk/remote-desk.ts';
import type { Terminal } from '../../../collector/src/ports/terminal.ts';
import { ALERTS } from '../api/alert-examples.ts';
import { createFakeDesk } from '../api/fake-desk.ts';
import { TIME_ZONE } from './run-trimtab.ts';

const ID = ALERTS.firing[0]?.id ?? '';

async function run({
  args,
  environment = {},
  overrides = {},
}: {
  args: readonly string[];
  environment?: Readonly<Record<string, string>>;
  overrides?: Partial<Desk>;
}) {
  const written = { out: '', err: '' };
  const sinkOf = (which: 'out' | 'err') => ({
    write(text: string) {
      written[which] += text;
    },
    isTerminal: false,
    isJournal: false,
    gone: new AbortController().signal,
    columns: 80,
    rows: null,
  });
  const terminal: Terminal = {
    out: sinkOf('out'),
    err: sinkOf('err'),
    colours: false,
    timeZone: TIME_ZONE,
    canAsk: false,
    confirm: async () => 'no',
    onInterrupt: () => () => {},
  };
  const desk = createFakeDesk(overrides);
  const exitCode = await runCli({
    args: ['alerts', ...args],
    version: '0.0.0',
    environment,
    terminal,
    readConfiguration: () => null,
    readSecret: () => ({ text: '', foreign: null, isReadByAll: false }),
    connect: () => desk as unknown as RemoteDesk,
    hasService: () => false,
    checkServe: async () => ({ faults: [], would: [], notes: [] }),
    explain: async () => [],
    forecastFile: () => Promise.reject(new Error('not asked here')),
    exportHistory: async () => 0,
    importHistory: async () => 0,
    saveKeys: () => Promise.reject(new Error('not asked here')),
    restoreKeys: () => Promise.reject(new Error('not asked here')),
    pause: { monotonicMs: () => 0, wait: async () => {} },
    serve: async () => {},
  });
  return { exitCode, ...written, said: desk.asked.said };
}

describe('trimtab alerts', () => {
  it.each([
    [[], false],
    [['--all'], true],
  ])('%j asks for those that ended, all or lately', async (args, all) => {
    const { exitCode, out, said } = await run({ args });
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: [{ all }] });
    expect(out).toContain('pool-full');
  });

  it('--json prints the document', async () => {
    expect(JSON.parse((await run({ args: ['--json'] })).out)).toEqual(JSON.parse(JSON.stringify(ALERTS)));
  });
});

describe('trimtab alerts silence', () => {
  it.each([
    ['30m', 30 * 60_000],
    ['2h', 2 * 3_600_000],
    ['3d', 3 * 86_400_000],
    ['2w', 14 * 86_400_000],
  ])('for %s says so, with who and why', async (time, forMs) => {
    const { exitCode, out, said } = await run({
      args: ['silence', 'web-*', '--for', time, '--comment', 'new disks'],
      environment: { USER: 'root', SUDO_USER: 'alice' },
    });
    expect({ exitCode, said }).toEqual({
      exitCode: 0,
      said: [{ pattern: 'web-*', forMs, by: 'alice', comment: 'new disks' }],
    });
    expect(out).toBe('Nobody is told of web-* until 2026-11-23 09:10 +01:00.\n');
  });

  it.each([
    [['silence', 'web-1'], "required option '--for <time>' not specified"],
    [['silence', '--for', '2h'], "missing required argument 'rule or subject'"],
    [['silence', 'web-1', '--for', '2y'], 'It is a time such as 30m, 2h or 3d, at most 366d.'],
    [['silence', 'web-1', '--for', '400d'], 'at most 366d.'],
    [['silence', 'web-1', '--for', '0m'], 'It is a time'],
    [['silence', 'web-1', '--for', '1h', '--comment', 'x'.repeat(501)], 'at most 500 characters'],
    [['acknowledge', 'web-1'], 'an id has at least eight of its digits'],
    [['nonsense'], 'nonsense'],
  ])('%j is wrong usage', async (args, told) => {
    const { exitCode, err, said } = await run({ args });
    expect({ exitCode, said }).toEqual({ exitCode: 2, said: [] });
    expect(err.replace(/\s+/g, ' ')).toContain(told);
  });

  it('that fits nothing says that it silences nothing', async () => {
    const { exitCode, out } = await run({ args: ['silence', 'nosuchrule', '--for', '1h'] });
    expect(exitCode).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain('nosuchrule fits no rule, pool or guest that there is now');
  });

  it('is ended by its pattern', async () => {
    const { exitCode, out, said } = await run({ args: ['unsilence', 'guest-away'] });
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: [{ silence: 'guest-away' }] });
    expect(out).toBe('The silence of guest-away is over.\n');
  });

  it('that is not there cannot be ended', async () => {
    const { exitCode, err } = await run({ args: ['unsilence', 'nothing'] });
    expect(exitCode).toBe(1);
    expect(err).toContain('nothing');
  });
});

it('trimtab alerts acknowledge takes how an id begins', async () => {
  const { exitCode, out, said } = await run({ args: ['acknowledge', ID.slice(0, 8), '--comment', 'ordered'] });
  expect({ exitCode, said }).toEqual({ exitCode: 0, said: [{ id: ID.slice(0, 8), by: null, comment: 'ordered' }] });
  expect(out.replace(/\s+/g, ' ')).toContain('nobody is reminded of it until it is worse.');
});

it.each([
  ['before the verb', ['--json', 'acknowledge', ID]],
  ['behind it', ['acknowledge', ID, '--json']],
])('--json %s prints the document', async (_, args) => {
  expect(JSON.parse((await run({ args })).out)).toMatchObject({ id: ID });
});

describe('trimtab alerts test', () => {
  it('says of each sender what became of it, and ends with 64 where some failed', async () => {
    const { exitCode, out, said } = await run({ args: ['test'] });
    expect({ exitCode, said }).toEqual({ exitCode: 64, said: [{ to: null }] });
    expect(out).toBe('hook: delivered\nmail: it cannot be asked\n  See: trimtab guests\n');
  });

  it('ends with 0 where all have taken it, and asks for the one that is named', async () => {
    const { exitCode, out, said } = await run({ args: ['test', '--to', 'hook'] });
    expect({ exitCode, out, said }).toEqual({ exitCode: 0, out: 'hook: delivered\n', said: [{ to: 'hook' }] });
  });

  it('ends with 1 where nobody is there to send', async () => {
    const { exitCode, out } = await run({ args: ['test'], overrides: { testSenders: async () => ({ senders: [] }) } });
    expect(exitCode).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('No sender is set up');
  });
});

it.each([[], ['silence'], ['unsilence'], ['acknowledge'], ['test']])(
  'alerts %s --help fits 80 columns, with an example',
  async (...verb) => {
    const { exitCode, out } = await run({ args: [...verb, '--help'] });
    expect(exitCode).toBe(0);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out).toMatch(new RegExp(`Example:\n {2}\\$ ${['trimtab alerts', ...verb].join(' ')}`));
  },
);
