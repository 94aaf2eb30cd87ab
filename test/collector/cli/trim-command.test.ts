import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { formatTrim } from '../../../collector/src/cli/views/trim.ts';
import type { TrimEvent } from '../../../collector/src/model/trim-event.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import type { AskedGuests } from '../../../collector/src/ports/desk/trims.ts';
import { FAILED_FILESYSTEM, TRIM } from '../api/examples.ts';
import { ASKED_GUESTS, createFakeDesk, type FakeDesk, REQUEST_ID } from '../api/fake-desk.ts';
import { HOSTILE } from '../api/hostile.ts';
import { type ServedDesk, serveDesk } from '../api/served-desk.ts';
import { runTrimtab, startTrimtab, TIME_ZONE } from './run-trimtab.ts';

let desk: FakeDesk;
let served: ServedDesk;

beforeEach(async () => {
  desk = createFakeDesk();
  served = await serveDesk(desk);
});
afterEach(() => served.close());

const trim = (...args: string[]) => runTrimtab(['trim', ...args, '--socket', served.socketPath]);
const progressOf = ({ mount, index, elapsedMs }: { mount: string; index: number; elapsedMs: number }): TrimEvent => ({
  event: 'progress',
  trimId: TRIM.id,
  mount,
  index,
  of: 2,
  elapsedMs,
  issuedBytes: 1024 ** 2,
});

function tellWholeTrim(result: TrimResult): void {
  desk.tell({ event: 'requested', requestId: REQUEST_ID, guest: 'web-1' });
  desk.tell({ event: 'intended', trimId: TRIM.id, mounts: ['/', HOSTILE] });
  desk.tell({ event: 'granted', trimId: TRIM.id, images: ['/a', '/b'] });
  desk.tell({ event: 'started', trimId: TRIM.id });
  desk.tell(progressOf({ mount: '/', index: 1, elapsedMs: 100 }));
  desk.tell(progressOf({ mount: '/', index: 1, elapsedMs: 2000 }));
  desk.tell(progressOf({ mount: '/srv', index: 2, elapsedMs: 3000 }));
  desk.tell({ event: 'settling', trimId: TRIM.id });
  desk.tell({ event: 'finished', trimId: TRIM.id, result });
}

describe('--all', () => {
  it('asks all guests in one call, tells whom it asked and whom not, and waits for none', async () => {
    const { exitCode, stdout, stderr } = await trim('--all', '/', '/home');
    expect(desk.asked.many).toEqual([{ guests: null, mounts: ['/', '/home'], evenIfTainted: false }]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Asked 1 guest to trim.');
    expect(stdout).toMatch(/^idle +\S/m);
  });

  it('--json prints exactly the answer', async () => {
    expect(JSON.parse((await trim('--all', '--json')).stdout)).toEqual(ASKED_GUESTS);
  });

  it.each([
    ['nobody was asked', { asked: [], refused: ASKED_GUESTS.refused }],
    ['one was refused that could trim', refusing('unknown-mount')],
  ])('ends with 1 where %s', async (_, answer) => {
    await served.close();
    served = await serveDesk(createFakeDesk({ requestTrims: async () => answer }));
    expect((await trim('--all')).exitCode).toBe(1);
  });

  it.each([
    [['--all', 'web-1'], /the mount 'web-1' is not an absolute path/],
    [['--all', '--fail-on-lost'], /--all waits for none/],
    [[], /missing required argument 'guest', or --all/],
  ])('%j is wrong usage', async (args, told) => {
    const { exitCode, stderr } = await trim(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(told);
    expect(desk.asked).toMatchObject({ many: [], requests: [] });
  });

  function refusing(code: string): AskedGuests {
    const refused = ASKED_GUESTS.refused.map(({ guest, error }) => ({ guest, error: { ...error, code } }));
    return { ...ASKED_GUESTS, refused };
  }
});

it('tells each step on stderr and the outcome on stdout', async () => {
  tellWholeTrim(TRIM);
  const { exitCode, stdout, stderr } = await trim('web-1');
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: formatTrim(TRIM, { width: 80, paint: createPaint(false), timeZone: TIME_ZONE }),
  });
  expect(stderr.split('\n')).toEqual([
    'asked web-1 to trim',
    'the guest is about to trim /, evil\ufffd[2J\ufffd]0;owned\ufffd\ufffd31m\ufffdgnp\ufffdroot# ',
    'its 2 images are measured; the guest may start',
    'started',
    'trimming / (1 of 2), 1.0 MiB discarded, 100 ms',
    'trimming /srv (2 of 2), 1.0 MiB discarded, 3.0 s',
    'the guest is done; waiting until the host’s numbers stop changing',
    '',
  ]);
});

it('--json prints exactly the result, and nothing else anywhere', async () => {
  tellWholeTrim(TRIM);
  const { exitCode, stdout, stderr } = await trim('web-1', '--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(TRIM);
});

it('asks for all mounts, or for those named, and for what taints only where somebody agrees to it', async () => {
  tellWholeTrim(TRIM);
  await trim('web-1');
  await trim('web-1', '/', '/home');
  await trim('web-1', '--even-if-tainted');
  expect(desk.asked.requests).toEqual([
    { guest: 'web-1', mounts: null, evenIfTainted: false },
    { guest: 'web-1', mounts: ['/', '/home'], evenIfTainted: false },
    { guest: 'web-1', mounts: null, evenIfTainted: true },
  ]);
});

it.each([
  ['trimtab-agent', /custom monitor(?!.*guest agent)/s],
  ['qemu-ga', /custom monitor.*custom\s+guest\s+agent\s+control/s],
] as const)('tells of all that libvirt notes at a trim by %s', async (inside, told) => {
  tellWholeTrim({ ...TRIM, inside, libvirtNoted: 'now' });
  expect((await trim('web-1')).stderr).toMatch(told);
});

const DONE = { ...FAILED_FILESYSTEM, outcome: { status: 'done', trimmedBytes: 0 } } as const;
const UNSUPPORTED = {
  ...FAILED_FILESYSTEM,
  outcome: { status: 'unsupported', message: 'no discard', hint: null },
} as const;
const CANCELLED = { ...FAILED_FILESYSTEM, outcome: { status: 'cancelled', message: 'asked to stop' } } as const;

it.each([
  ['done', [DONE], 0],
  ['done and failed', [DONE, FAILED_FILESYSTEM], 64],
  ['done and unsupported', [UNSUPPORTED, DONE], 64],
  ['failed', [FAILED_FILESYSTEM], 32],
  ['failed and unsupported', [FAILED_FILESYSTEM, UNSUPPORTED], 32],
  ['done and cancelled', [DONE, CANCELLED], 1],
])('filesystems %s', async (_title, filesystems, expected) => {
  const result = { ...TRIM, filesystems };
  desk.tell({ event: 'finished', trimId: TRIM.id, result });
  const { exitCode, stdout } = await trim('web-1', '--json');
  expect({ exitCode, result: JSON.parse(stdout) }).toEqual({ exitCode: expected, result });
});

it('a refusal is an error with its reason and remedy', async () => {
  desk.tell({
    event: 'refused',
    problem: {
      code: 'too-soon',
      operation: 'trim',
      subject: HOSTILE,
      cause: 'it was trimmed 2 minutes ago',
      hint: 'Wait 3 minutes.',
    },
  });
  const { exitCode, stdout, stderr } = await trim('web-1');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(/^trimtab: cannot trim: evil\ufffd.*: it was trimmed 2 minutes ago\n {2}Wait 3 minutes\.\n$/s);
  expect(stderr).not.toContain('\u001b');
});

it.each(['nobody', 'idle', 'twin'])('a guest that cannot be asked (%s) is an error', async (guest) => {
  const { exitCode, stderr } = await trim(guest);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `trimtab: cannot ask a guest: ${guest}: it cannot be asked\n  See: trimtab guests\n`,
  });
});

it('Ctrl-C asks the guest to stop and waits for what became of it', async () => {
  desk.tell({ event: 'requested', requestId: REQUEST_ID, guest: 'web-1' });
  const { child, untilSaid, ended } = startTrimtab(['trim', 'web-1', '--socket', served.socketPath]);
  await untilSaid('asked web-1 to trim');
  child.kill('SIGINT');
  await untilSaid('asked the guest to stop');
  await desk.until(() => desk.asked.cancelled.length > 0);
  desk.tell({ event: 'finished', trimId: TRIM.id, result: { ...TRIM, filesystems: [CANCELLED] } });
  const { exitCode, stdout } = await ended;
  expect({ exitCode, cancelled: desk.asked.cancelled }).toEqual({ exitCode: 130, cancelled: [REQUEST_ID] });
  expect(stdout).toContain('/boot (vfat on vda): cancelled: asked to stop');
});

it('a second Ctrl-C leaves at once', async () => {
  desk.tell({ event: 'requested', requestId: REQUEST_ID, guest: 'web-1' });
  const { child, untilSaid, ended } = startTrimtab(['trim', 'web-1', '--socket', served.socketPath]);
  await untilSaid('asked web-1 to trim');
  child.kill('SIGINT');
  await untilSaid('asked the guest to stop');
  child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  expect(stderr).toContain('left without waiting');
  await desk.until(() => desk.asked.readers === 0);
});

it('a trim that was done before it heard of the Ctrl-C is done', async () => {
  desk.tell({ event: 'requested', requestId: REQUEST_ID, guest: 'web-1' });
  const { child, untilSaid, ended } = startTrimtab(['trim', 'web-1', '--socket', served.socketPath]);
  await untilSaid('asked web-1 to trim');
  child.kill('SIGINT');
  await untilSaid('asked the guest to stop');
  desk.tell({ event: 'finished', trimId: TRIM.id, result: TRIM });
  expect((await ended).exitCode).toBe(0);
});

it('an error after a Ctrl-C ends with 130, and is told', async () => {
  desk.tell({ event: 'requested', requestId: REQUEST_ID, guest: 'web-1' });
  const { child, untilSaid, ended } = startTrimtab(['trim', 'web-1', '--socket', served.socketPath]);
  await untilSaid('asked web-1 to trim');
  child.kill('SIGINT');
  await untilSaid('asked the guest to stop');
  desk.fail(new Error('broken'));
  const { exitCode, stderr } = await ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: expect.stringContaining('an unexpected error') });
});

describe('a collector that is started anew meanwhile', () => {
  it('is waited for, and the command ends with the result', async () => {
    desk.tell({ event: 'requested', requestId: REQUEST_ID, guest: 'web-1' });
    const { untilSaid, ended } = startTrimtab(['trim', 'web-1', '--socket', served.socketPath]);
    await untilSaid('asked web-1 to trim');
    await served.close();
    await untilSaid('the collector is away; waiting for it');
    served = await serveDesk(desk, served.folder);
    await untilSaid('the collector is back');
    desk.tell({ event: 'finished', trimId: TRIM.id, result: TRIM });
    const { exitCode, stdout, stderr } = await ended;
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: formatTrim(TRIM, { width: 80, paint: createPaint(false), timeZone: TIME_ZONE }),
    });
    expect(stderr.match(/asked web-1 to trim/g)).toHaveLength(1);
    expect(desk.asked.requests).toHaveLength(1);
  });

  it('is asked to stop the trim once it is back', async () => {
    desk.tell({ event: 'requested', requestId: REQUEST_ID, guest: 'web-1' });
    const { child, untilSaid, ended } = startTrimtab(['trim', 'web-1', '--socket', served.socketPath]);
    await untilSaid('asked web-1 to trim');
    await served.close();
    await untilSaid('the collector is away');
    child.kill('SIGINT');
    await untilSaid('it could not be asked to stop');
    served = await serveDesk(desk, served.folder);
    await desk.until(() => desk.asked.cancelled.length > 0);
    desk.tell({ event: 'finished', trimId: TRIM.id, result: { ...TRIM, filesystems: [CANCELLED] } });
    expect({ exitCode: (await ended).exitCode, cancelled: desk.asked.cancelled }).toEqual({
      exitCode: 130,
      cancelled: [REQUEST_ID],
    });
  });

  it('can be left while it is away', async () => {
    desk.tell({ event: 'requested', requestId: REQUEST_ID, guest: 'web-1' });
    const { child, untilSaid, ended } = startTrimtab(['trim', 'web-1', '--socket', served.socketPath]);
    await untilSaid('asked web-1 to trim');
    await served.close();
    await untilSaid('the collector is away');
    child.kill('SIGINT');
    await untilSaid('it could not be asked to stop');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('left without waiting') });
    served = await serveDesk(desk, served.folder);
  });
});
