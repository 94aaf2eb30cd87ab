import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { isRepaired } from '../../../collector/src/cli/repair-proof.ts';
import { formatRepair, formatRepairPlan } from '../../../collector/src/cli/views/repair.ts';
import type { TrimEvent } from '../../../collector/src/model/trim-event.ts';
import type { DiskResult } from '../../../collector/src/model/trim-result.ts';
import { TRIM } from '../api/examples.ts';
import { createFakeDesk, type FakeDesk } from '../api/fake-desk.ts';
import { QEMU_GA } from '../api/inside-examples.ts';
import { GUESTS_WITH_SDA, PLAN, trimOf } from '../api/repair-examples.ts';
import { type ServedDesk, serveDesk } from '../api/served-desk.ts';
import { runTrimtab, startTrimtab, TIME_ZONE } from './run-trimtab.ts';

const PAGE = { width: 80, paint: createPaint(false), timeZone: TIME_ZONE };
const REOPENED = PLAN.nodes.map(({ node }) => node);
const BUSY = {
  code: 'busy',
  operation: 'trim',
  subject: '/srv',
  cause: 'another trim of it is not over yet',
  hint: 'Wait for it.',
};

let desk: FakeDesk;
let served: ServedDesk;

beforeEach(async () => {
  desk = createFakeDesk({ guests: async () => GUESTS_WITH_SDA });
  served = await serveDesk(desk);
});
afterEach(() => served.close());

const repair = (...args: string[]) => runTrimtab(['repair', ...args, '--socket', served.socketPath]);
const tellTrim = (result = trimOf('reclaimed')) => desk.tell({ event: 'finished', trimId: result.id, result });

it('shows the plan, reopens, trims what is on the disk, and says what else is to be changed', async () => {
  tellTrim();
  const { exitCode, stdout } = await repair('web-1', 'sda', '--yes', '--even-if-tainted');
  const outcome = {
    plan: PLAN,
    reopened: REOPENED,
    trim: trimOf('reclaimed'),
    notTrimmed: null,
    repaired: true,
    persistent: PLAN.persistent,
  };
  expect(stdout).toBe(formatRepairPlan(PLAN, PAGE) + formatRepair(outcome, PAGE));
  expect(stdout.split('\n').filter((line) => line.length > 80 && !line.includes('virt-xml'))).toEqual([]);
  expect(exitCode).toBe(0);
  expect(desk.asked).toMatchObject({
    plans: [{ guest: 'web-1', disk: 'sda', evenIfTainted: true }],
    repairs: [{ guest: 'web-1', disk: 'sda', evenIfTainted: true }],
    requests: [{ guest: 'guest-1', mounts: ['/srv'] }],
  });
});

it('--json prints one document', async () => {
  tellTrim();
  const { exitCode, stdout, stderr } = await repair('web-1', 'sda', '--yes', '--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    plan: PLAN,
    reopened: REOPENED,
    trim: trimOf('reclaimed'),
    notTrimmed: null,
    repaired: true,
    persistent: PLAN.persistent,
  });
});

it.each([
  ['reclaimed', 0],
  ['nothing-to-reclaim', 0],
  ['lost', 1],
  ['stale', 1],
  ['inconclusive', 1],
] as const)('a trim that is %s: exit code %i', async (verdict, expected) => {
  tellTrim(trimOf(verdict));
  const { exitCode, stdout } = await repair('web-1', 'sda', '--yes', '--json');
  expect({ exitCode, repaired: JSON.parse(stdout).repaired }).toEqual({ exitCode: expected, repaired: expected === 0 });
});

it.each([
  ['reclaimed', 2936013, null, 'Not repaired yet: 2.8 MiB came back, and at least 235 MiB stayed. trimtab'],
  ['stale', 2936013, 'umount /srv', 'Not repaired yet: 2.8 MiB came back, and at least 235 MiB stayed. Next is'],
  ['reclaimed', 237 * 1024 ** 2, null, 'Repaired.'],
] as const)('%s with %i bytes back of at least 238 MiB: %s', async (verdict, reclaimedBytes, fix, said) => {
  const trim = trimOf(verdict);
  const [disk, ...others] = trim.disks;
  const slack = { leastBytes: 238 * 1024 ** 2, estimateBytes: 239 * 1024 ** 2, mostBytes: 240 * 1024 ** 2 };
  const more = { fix, slack, reclaimedBetween: null, allocationBytes: { before: 242 * 1024 ** 2, after: null } };
  const hops = { ...(disk as DiskResult).hops, reclaimedBytes };
  tellTrim({ ...trim, disks: [{ ...(disk as DiskResult), ...more, hops }, ...others] });
  const { exitCode, stdout } = await repair('web-1', 'sda', '--yes');
  expect({ exitCode, stdout: stdout.replaceAll('\n', ' ') }).toEqual({
    exitCode: said === 'Repaired.' ? 0 : 1,
    stdout: expect.stringContaining(said),
  });
});

it('a trim that the guest refuses takes nothing from the repair, and is said with how to trim', async () => {
  desk.tell({ event: 'refused', problem: BUSY });
  const { exitCode, stdout } = await repair('web-1', 'sda', '--yes');
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    'not trimmed: /srv: another trim of it is not over yet\n    Wait for it. Then: trimtab trim web-1 /srv\n',
  );
  expect(stdout).toContain('The nodes are reopened. No trim has shown yet whether the host gets space back.');
  desk.tell({ event: 'refused', problem: BUSY });
  const document = JSON.parse((await repair('web-1', 'sda', '--yes', '--json')).stdout);
  expect(document).toMatchObject({
    trim: null,
    repaired: false,
    notTrimmed: { ...BUSY, hint: 'Wait for it. Then: trimtab trim web-1 /srv' },
    reopened: REOPENED,
  });
});

describe('where qemu-ga is in the guest, and no agent', () => {
  const [web, ...others] = GUESTS_WITH_SDA.guests;
  const guests = web === undefined ? [] : [{ ...web, agent: null, inside: QEMU_GA }, ...others];

  beforeEach(async () => {
    await served.close();
    desk = createFakeDesk({ guests: async () => ({ ...GUESTS_WITH_SDA, guests }) });
    served = await serveDesk(desk);
  });

  it('the whole guest is trimmed through it, with what was agreed to for the repair', async () => {
    tellTrim();
    const { exitCode, stdout } = await repair('web-1', 'sda', '--yes', '--even-if-tainted');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('Repaired.') });
    expect(desk.asked).toMatchObject({ requests: [{ guest: 'guest-1', mounts: null, evenIfTainted: true }] });
  });

  it('what cannot be trimmed now is to be trimmed as a whole later', async () => {
    desk.tell({ event: 'refused', problem: BUSY });
    const { stdout } = await repair('web-1', 'sda', '--yes');
    expect(stdout).toContain('Wait for it. Then: trimtab trim web-1\n');
    expect(desk.asked).toMatchObject({ requests: [{ mounts: null, evenIfTainted: false }] });
  });
});

it('a disk whose name in the guest nobody told is found in the trim by its image', () => {
  const trim = trimOf('reclaimed');
  const plan = { ...PLAN, device: null };
  expect(isRepaired({ ...plan, image: trim.disks[0]?.image ?? '' }, trim)).toBe(true);
  expect(isRepaired(plan, { ...trim, disks: trim.disks.map((disk) => ({ ...disk, image: null })) })).toBe(false);
});

it('where the guest trimmed a moment ago, its least time between two trims is waited for', async () => {
  await served.close();
  const answers: TrimEvent[] = [
    { event: 'refused', problem: { ...BUSY, code: 'too-soon' } },
    { event: 'finished', trimId: TRIM.id, result: trimOf('reclaimed') },
  ];
  desk = createFakeDesk({
    guests: async () => GUESTS_WITH_SDA,
    async *watch() {
      yield { number: 1, event: answers.shift() as TrimEvent };
    },
  });
  served = await serveDesk(desk);
  const { exitCode, stderr } = await repair('web-1', 'sda', '--yes');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('asking again') });
  expect(desk.asked.requests).toHaveLength(2);
});

it.each([[[]], [['--json']]])('--dry-run shows the plan, asks nobody and changes nothing %j', async (more) => {
  const { exitCode, stdout } = await repair('web-1', 'sda', '--dry-run', ...more);
  expect(exitCode).toBe(0);
  expect(more.length === 0 ? stdout : JSON.parse(stdout)).toEqual(
    more.length === 0 ? formatRepairPlan(PLAN, PAGE) : { plan: PLAN },
  );
  expect(desk.asked).toMatchObject({ repairs: [], requests: [] });
});

it('without an agent the repair is done, and somebody has to trim by hand', async () => {
  await served.close();
  desk = createFakeDesk({ guests: async () => ({ ...GUESTS_WITH_SDA, guests: [] }) });
  served = await serveDesk(desk);
  const { exitCode, stdout } = await repair('web-1', 'sda', '--yes', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    trim: null,
    repaired: false,
    reopened: REOPENED,
    notTrimmed: { code: 'no-agent', hint: expect.stringContaining('fstrim -v') },
  });
});

it.each(['sdx', 'sdy', 'sdz', 'sound', 'stuck'])('%s is an error, and nothing is reopened', async (disk) => {
  const { exitCode, stdout, stderr } = await repair('web-1', disk, '--yes');
  expect({ exitCode, stdout, repairs: desk.asked.repairs }).toEqual({ exitCode: 1, stdout: '', repairs: [] });
  expect(stderr).toMatch(/^trimtab: cannot ask a guest: .*\n {2}See: trimtab guests\n$/);
});

describe('Ctrl-C', () => {
  it('while QEMU is asked leaves, and says that the collector goes on', async () => {
    await served.close();
    const asked = Promise.withResolvers<void>();
    desk = createFakeDesk({
      repair() {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    served = await serveDesk(desk);
    const { child, ended } = startTrimtab(['repair', 'web-1', 'sda', '--yes', '--socket', served.socketPath]);
    await asked.promise;
    child.kill('SIGINT');
    expect(await ended).toMatchObject({
      exitCode: 130,
      stderr: 'trimtab: interrupted; the collector finishes the repair: trimtab doctor web-1 shows what came of it\n',
    });
  });

  it('while the guest refuses another trim so soon tells what was repaired, and ends with 130', async () => {
    desk.tell({ event: 'refused', problem: { ...BUSY, code: 'too-soon' } });
    const { child, untilSaid, ended } = startTrimtab([
      'repair',
      'web-1',
      'sda',
      '--yes',
      '--json',
      '--socket',
      served.socketPath,
    ]);
    await untilSaid('asking again');
    child.kill('SIGINT');
    const { exitCode, stdout } = await ended;
    expect({ exitCode, document: JSON.parse(stdout) }).toMatchObject({
      exitCode: 130,
      document: { reopened: REOPENED, trim: null, repaired: false, notTrimmed: { code: 'left' } },
    });
  });
});

describe('the question', () => {
  it.each([[[]], [['--json']]])('without a terminal and without --yes is wrong usage %j', async (more) => {
    const { exitCode, stdout, stderr } = await repair('web-1', 'sda', ...more);
    expect(exitCode).toBe(2);
    expect(stdout === '' ? null : JSON.parse(stdout).error.code).toBe(more.length === 0 ? null : 'wrong-usage');
    expect(stderr).toContain('--dry-run');
    expect(stderr).toContain('--yes');
    expect(desk.asked).toMatchObject({ plans: [], repairs: [] });
  });

  it.each([
    ['y', 0, 1],
    ['yes', 0, 1],
    ['', 1, 0],
    ['no', 1, 0],
    // Ctrl-C, as a key of the terminal.
    ['\u0003', 130, 0],
  ])('on a terminal, answered with "%s": exit code %i, %i repairs', async (answer, exitCode, repairs) => {
    tellTrim();
    const said = await onTerminal(answer);
    expect(said.text).toContain('libvirt-2-format');
    expect(said.text).toContain('Repair it now? [y/N]');
    expect(said.exitCode).toBe(exitCode);
    expect(desk.asked.repairs).toHaveLength(repairs);
  });
});

/** script(1) gives it a terminal of its own. */
async function onTerminal(answer: string): Promise<{ exitCode: number; text: string }> {
  const bin = fileURLToPath(new URL('../../../collector/bin/trimtab.mjs', import.meta.url));
  const command = `'${process.execPath}' '${bin}' repair web-1 sda --socket '${served.socketPath}'`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null']);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.includes('[y/N]') && child.stdin.writable) child.stdin.end(`${answer}\n`);
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, text };
}
