import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { toShown } from '../../../collector/src/cli/tell-answer.ts';
import { formatDoctor } from '../../../collector/src/cli/views/doctor.ts';
import { formatForecasts } from '../../../collector/src/cli/views/forecast/all-pools.ts';
import { formatGuests } from '../../../collector/src/cli/views/guests.ts';
import { formatHistory } from '../../../collector/src/cli/views/history.ts';
import { formatStatus } from '../../../collector/src/cli/views/status.ts';
import { formatTrim } from '../../../collector/src/cli/views/trim.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import { CLEAN, DOCTOR } from '../api/doctor-example.ts';
import { GUESTS, STATUS, TRIM } from '../api/examples.ts';
import { createFakeDesk, type FakeDesk, FORGETTABLE } from '../api/fake-desk.ts';
import { FORESIGHT } from '../api/foresight-example.ts';
import { type ServedDesk, serveDesk } from '../api/served-desk.ts';
import { runTrimtab, startTrimtab, TIME_ZONE } from './run-trimtab.ts';

const PAGE = { width: 80, paint: createPaint(false), timeZone: TIME_ZONE };

let desk: FakeDesk;
let served: ServedDesk;

beforeAll(async () => {
  desk = createFakeDesk();
  served = await serveDesk(desk);
});
afterAll(() => served.close());

describe('a command that reads', () => {
  it.each([
    ['status', formatStatus(toShown(STATUS), PAGE), STATUS],
    ['guests', formatGuests(toShown(GUESTS), PAGE), GUESTS],
    ['forecast', formatForecasts(toShown(FORESIGHT), PAGE), FORESIGHT],
    ['history', formatHistory([summarise(TRIM)], PAGE), { trims: [summarise(TRIM)] }],
  ])('%s prints its view, and with --json its document', async (verb, view, document) => {
    expect(await runTrimtab([verb, '--socket', served.socketPath])).toEqual({ exitCode: 0, stdout: view, stderr: '' });
    const { exitCode, stdout, stderr } = await runTrimtab([verb, '--json'], { TRIMTAB_SOCKET: served.socketPath });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(document);
  });

  it('history asks for the guest and the limit it was given', async () => {
    await runTrimtab(['history', 'web-1', '--limit', '7', '--socket', served.socketPath]);
    expect(desk.asked.queries.at(-1)).toEqual({ guest: 'web-1', limit: 7, before: null });
  });
});

describe('history of one trim', () => {
  it.each([TRIM.id, TRIM.id.slice(0, 8)])('%s is printed as the trim printed it', async (id) => {
    const answer = await runTrimtab(['history', id, '--socket', served.socketPath]);
    expect(answer).toEqual({ exitCode: 0, stdout: formatTrim(toShown(TRIM), PAGE), stderr: '' });
    const { stdout } = await runTrimtab(['history', id, '--json', '--socket', served.socketPath]);
    expect(JSON.parse(stdout)).toEqual(TRIM);
  });

  it.each([
    ['00000000-0000-4000-8000-00000000dead', 'no trim has an id that begins so, and no guest is called so'],
    ['nobody', 'it cannot be asked'],
    [TRIM.id.slice(0, 7), '8 characters of its id'],
  ])('%s is nobody’s', async (wanted, said) => {
    const { exitCode, stdout, stderr } = await runTrimtab(['history', wanted, '--socket', served.socketPath]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringContaining(said) });
  });
});

describe('forget', () => {
  it('with --yes forgets, and says what', async () => {
    const { exitCode, stdout } = await runTrimtab(['forget', 'db-1', '--yes', '--socket', served.socketPath]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'db-1 is forgotten, with 12 stored trims.\n' });
    const kept = await runTrimtab(['forget', 'kept', '--yes', '--socket', served.socketPath]);
    expect(kept.stdout).toContain('The hypervisor still has it');
    const { stdout: json } = await runTrimtab(['forget', 'db-1', '--yes', '--json', '--socket', served.socketPath]);
    expect(JSON.parse(json)).toEqual({
      guest: 'db-1',
      guestId: FORGETTABLE,
      trims: 12,
      knownToHost: false,
      forgotten: true,
    });
  });

  it('without a terminal and without --yes forgets nothing', async () => {
    const before = desk.asked.forgets.length;
    const { exitCode, stderr } = await runTrimtab(['forget', 'db-1', '--socket', served.socketPath]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect(desk.asked.forgets).toHaveLength(before);
  });

  it('ends with 1 where the guest cannot be forgotten', async () => {
    const { exitCode, stderr } = await runTrimtab(['forget', 'web-1', '--yes', '--socket', served.socketPath]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('web-1') });
  });
});

describe('doctor', () => {
  it('prints its view and ends with 1 where something is found', async () => {
    const answer = await runTrimtab(['doctor', '--socket', served.socketPath]);
    expect(answer).toEqual({ exitCode: 1, stdout: formatDoctor(toShown(DOCTOR), PAGE), stderr: '' });
    const { exitCode, stdout } = await runTrimtab(['doctor', '--json', '--socket', served.socketPath]);
    expect({ exitCode, view: JSON.parse(stdout) }).toEqual({ exitCode: 1, view: DOCTOR });
  });

  it('ends with 0 where there is a note and nothing more', async () => {
    const { exitCode, stdout } = await runTrimtab(['doctor', 'web-1', '--socket', served.socketPath]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: formatDoctor(toShown(CLEAN), PAGE) });
  });

  it.each([
    ['idle', 'Whether discards are lost inside the guest is unknown until its agent is back.'],
    ['gone', 'libvirt: 12 guests'],
  ])('does not call clean what it could not examine: %s', async (guest, said) => {
    const { exitCode, stdout } = await runTrimtab(['doctor', guest, '--socket', served.socketPath]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining(said) });
  });

  it('says that it does not know a guest', async () => {
    const { exitCode, stderr } = await runTrimtab(['doctor', 'nobody', '--socket', served.socketPath]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('nobody') });
  });
});

describe('with --json an error', () => {
  it.each([
    [['doctor', 'nobody'], 1, { code: 'unknown-guest', subject: 'nobody' }],
    [['trim', 'web-1', 'srv'], 2, { code: 'wrong-usage', cause: "the mount 'srv' is not an absolute path" }],
    [['status', '--colour'], 2, { code: 'wrong-usage', cause: "unknown option '--colour'" }],
  ])('of %j is the one document on stdout, and words on stderr', async (args, exitCode, error) => {
    const ran = await runTrimtab([...args, '--json'], { TRIMTAB_SOCKET: served.socketPath });
    expect(ran.exitCode).toBe(exitCode);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error });
    expect(ran.stderr).toMatch(/^trimtab: /);
    expect(await runTrimtab(args, { TRIMTAB_SOCKET: served.socketPath })).toMatchObject({ exitCode, stdout: '' });
  });

  it('of a collector that is not there has a code and a hint', async () => {
    const { exitCode, stdout } = await runTrimtab(['status', '--json', '--socket', '/nowhere/api.sock']);
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
      exitCode: 1,
      error: { code: 'no-collector', subject: '/nowhere/api.sock', hint: expect.stringContaining('trimtab serve') },
    });
  });
});

describe('Ctrl-C', () => {
  it.each([[['status']], [['guests']], [['history']], [['doctor']], [['repair', 'web-1', 'sda', '--yes']]])(
    'while the collector thinks ends %j with 130',
    async (args) => {
      let asked = () => {};
      const thinking = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const think = () => {
        asked();
        return new Promise<never>(() => {});
      };
      const busy = await serveDesk(
        createFakeDesk({ status: think, guests: think, history: think, doctor: think, planRepair: think }),
      );
      const { child, ended } = startTrimtab([...args, '--socket', busy.socketPath]);
      await thinking;
      child.kill('SIGINT');
      expect(await ended).toEqual({ exitCode: 130, stdout: '', stderr: 'trimtab: interrupted\n' });
      await busy.close();
    },
  );
});

describe('without a collector', () => {
  it.each([['status'], ['guests'], ['history'], ['doctor'], ['trim', 'web-1'], ['repair', 'web-1', 'sda', '--yes']])(
    '%s says which socket, and what to start',
    async (...args) => {
      const { exitCode, stdout, stderr } = await runTrimtab([...args, '--json', '--socket', '/tmp/nobody/here.sock']);
      expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 1, error: { code: 'no-collector' } });
      expect(stderr).toMatch(
        /^trimtab: cannot ask the collector: \/tmp\/nobody\/here\.sock: no collector runs.*\n.*trimtab serve.*\n$/,
      );
    },
  );

  it('the default socket is the one of the default configuration', async () => {
    const { exitCode, stderr } = await runTrimtab(['status']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('/run/trimtab/collector.sock');
  });
});

describe('wrong usage', () => {
  it.each([
    [['trimm'], "unknown command 'trimm'"],
    [['status', '--jsn'], "unknown option '--jsn'"],
    [['status', 'web-1'], 'too many arguments'],
    [['trim'], "missing required argument 'guest'"],
    [['trim', 'web-1', 'home'], "the mount 'home' is not an absolute path"],
    [['repair', 'web-1'], "missing required argument 'disk'"],
    [['history', '--limit', '0'], 'whole number from 1 to 1000'],
    [['history', '--limit', '1e3'], 'whole number from 1 to 1000'],
    [['forget'], "missing required argument 'guest'"],
    [['status', '--socket'], 'argument missing'],
    [['status', '--socket', ''], '"" is not a text'],
    [['serve', '--slots-per-pool', '0'], '0" is not a whole number from 1 to 64'],
    [['serve', '--listen', 'here'], '"here" is not ADDRESS:PORT'],
    [['serve', '--listen', ''], 'an address is needed'],
    [['serve', '--guest', '{}'], 'is not a list'],
  ])('%j: exit code 2, one clear error, nothing on stdout', async (args, message) => {
    const { exitCode, stdout, stderr } = await runTrimtab(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    // Without anything on the line it is the help itself.
    if (args.length > 0) expect(stderr).toMatch(/^trimtab: /);
  });

  it.each([
    [['--nonsense'], "trimtab: unknown option '--nonsense'\n  trimtab --help shows what there is.\n"],
    [
      ['status', '--jsn'],
      /^trimtab: unknown option '--jsn'\n {2}\(Did you mean --json\?\)\n {2}trimtab status --help shows what there is\.\n$/,
    ],
    [['trim', 'web-1', 'home'], /not an absolute path\n {2}trimtab trim --help shows what there is\.\n$/],
    [
      ['serve', '--listen', 'foo'],
      /\n {2}Where agents connect \(WebSocket\): by TLS, .*\. Example: --listen 192\.0\.2\.1:7461\n$/s,
    ],
  ])('%j says where to look', async (args, expected) => {
    const { stderr } = await runTrimtab(args);
    if (typeof expected === 'string') expect(stderr).toBe(expected);
    else expect(stderr).toMatch(expected);
  });

  it('an argument is not carried out by the terminal either', async () => {
    const { stderr } = await runTrimtab(['\u001b[2Jtrim']);
    expect(stderr).not.toContain('\u001b');
  });
});

it.each(['--version', '-V'])('%s tells the version of the package', async (flag) => {
  const { version } = JSON.parse(readFileSync(new URL('../../../collector/package.json', import.meta.url), 'utf8'));
  expect(await runTrimtab([flag])).toEqual({ exitCode: 0, stdout: `trimtab ${version}\n`, stderr: '' });
});

/** Who may join, connect and ask. */
const TRUST_VERBS = [
  'enroll',
  ...['approve', 'dismiss', 'revoke', 'reinstate', 'rename'].map((word) => `guests ${word}`),
  'keys',
  ...['rotate', 'save', 'restore'].map((word) => `keys ${word}`),
  'tokens',
  ...['create', 'list', 'revoke'].map((word) => `tokens ${word}`),
];

describe('help', () => {
  it.each([
    [],
    ['serve'],
    ['status'],
    ['guests'],
    ['trim'],
    ['repair'],
    ['history'],
    ['doctor'],
    ['explain'],
    ['export'],
    ['import'],
    ...TRUST_VERBS.map((verb) => verb.split(' ')),
  ])('%s --help fits 80 columns', async (...verb) => {
    const { stdout } = await runTrimtab([...verb, '--help']);
    expect(stdout).not.toBe('');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it.each(['serve', 'status', 'guests', 'trim', 'repair', 'history', 'explain', 'export', 'import', ...TRUST_VERBS])(
    '%s --help has an example',
    async (verb) => {
      const { exitCode, stdout, stderr } = await runTrimtab([...verb.split(' '), '--help']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`Example:\n {2}\\$ trimtab ${verb}`));
    },
  );

  it('serve --help names every setting, with its variable and default', async () => {
    const { stdout } = await runTrimtab(['serve', '--help']);
    for (const flag of [
      'listen',
      'socket',
      'api-listen',
      'state-directory',
      'slots-per-pool',
      'settle-limit',
      'guest',
    ]) {
      expect(stdout).toContain(`--${flag} <`);
      expect(stdout).toContain(`TRIMTAB_${flag.replaceAll('-', '_').toUpperCase()}`);
    }
    expect(stdout.replace(/\s+/g, ' ')).toContain('(TRIMTAB_LISTEN, default 127.0.0.1:7461)');
  });
});
