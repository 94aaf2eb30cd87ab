import type { FromHost, ProofId } from '@trimtab/protocol';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenCase } from '../../../../collector/src/conduct/proof/open-case.ts';
import { createProofAnswers } from '../../../../collector/src/conduct/proof/proof-answers.ts';
import { drawPattern, findMoved, weighMoved } from '../../../../collector/src/conduct/proof/proof-pattern.ts';
import { proveDisk } from '../../../../collector/src/conduct/proof/proof-round.ts';
import { createProofs } from '../../../../collector/src/conduct/proof/proofs.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { Clock } from '../../../../collector/src/ports/clock.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aDisk, aDomain, aHostDisk } from '../../correlate/examples.ts';

const MIB = 1024 ** 2;
const DISKS = ['sda', 'sdb'].map((name) => ({ ...aDisk({ name }), sizeBytes: 64 * MIB }));
const HOST_DISKS = ['x', 'y'].map((id) => aHostDisk({ id, bus: 'sata', image: `/images/${id}.raw` }));
const DOMAIN = aDomain({ monitors: [{ kind: 'socket', path: '/qmp' }], disks: HOST_DISKS });
const OPEN: OpenCase = {
  guest: { id: 'guest' as GuestId, name: 'web', bootId: 'boot-1' },
  domain: DOMAIN,
  disks: DISKS,
  unmatched: DISKS.map((disk) => ({ disk, candidates: HOST_DISKS })),
};

/** The guest and its QEMU: which disk is which, who else reads, and what the agent answers. */
interface Guest {
  behind: Record<string, string | null>;
  noise: () => readonly string[];
  answer: 'proved' | 'nothing' | { code: string };
  asked: Extract<FromHost, { type: 'prove' }>[];
  counts: Record<string, { rd_operations: number; rd_bytes: number }>;
}

let guest: Guest;
let clock: ReturnType<typeof createTestClock>;

beforeEach(() => {
  clock = createTestClock();
  const zero = () => ({ rd_operations: 2, rd_bytes: 4608 });
  guest = {
    behind: { sda: 'y', sdb: 'x' },
    noise: () => [],
    answer: 'proved',
    asked: [],
    counts: { x: zero(), y: zero(), z: zero() },
  };
});

function read(qdev: string, units: readonly number[]): void {
  const counts = guest.counts[qdev];
  if (counts === undefined) return;
  counts.rd_operations += units.length;
  counts.rd_bytes += units.reduce((sum, count) => sum + count, 0) * 4096;
}

function collect({ monitors = 'answer' }: { monitors?: 'answer' | 'fail' } = {}) {
  // Timers come due as soon as nothing else is to be done: the pauses are not what is tested.
  const impatient: Clock = {
    ...clock,
    after(delayMs, call) {
      const takeBack = clock.after(delayMs, call);
      setImmediate(() => clock.advance(delayMs));
      return takeBack;
    },
  };
  const answers = createProofAnswers({
    clock: impatient,
    newId: () => crypto.randomUUID() as string as ProofId,
    send(guestId, message) {
      if (message.type !== 'prove') throw new Error('only proofs are sent here');
      guest.asked.push(message);
      const onto = guest.behind[message.disk];
      if (guest.answer === 'proved') {
        if (onto !== null && onto !== undefined) read(onto, message.units);
        for (const other of guest.noise()) read(other, [64, ...message.units]);
        answers.answered('somebody else' as GuestId, message.proofId, { kind: 'away' });
        answers.answered(guestId, message.proofId, { kind: 'read' });
      } else if (guest.answer !== 'nothing') {
        const problem = {
          operation: 'read a pattern',
          subject: message.disk,
          cause: 'no',
          hint: null,
          ...guest.answer,
        };
        answers.answered(guestId, message.proofId, { kind: 'refused', problem });
      }
      return true;
    },
  });
  const qmp = {
    async ask() {
      if (monitors === 'fail') throw new Error('somebody else holds it');
      return [Object.entries(guest.counts).map(([qdev, stats]) => ({ qdev, stats: { ...stats } }))];
    },
  };
  const asking = { ...answers, qmp, randomBelow: (limit: number) => Math.floor(Math.random() * limit) };
  const log = { info() {}, warn() {}, error() {} };
  const proofs = createProofs({ clock, log, proveDisk: (proofCase) => proveDisk(asking, proofCase) });
  return { proofs, settle: (open: OpenCase = OPEN) => proofs.settle(open, { wait: true, mayTaint: true }) };
}

describe('the proof by reading', () => {
  it('tells which disk is which, whatever they are called, with one pattern each', async () => {
    const { proven, reasons } = await collect().settle();
    expect(Object.fromEntries(proven)).toEqual({ sda: 'y', sdb: 'x' });
    expect(reasons.size).toBe(0);
    expect(guest.asked.map(({ disk }) => disk)).toEqual(['sda', 'sdb']);
  });

  it('takes two patterns that agree when another disk is read at the same time', async () => {
    guest.noise = () => ['x'];
    const open = { ...OPEN, unmatched: OPEN.unmatched.slice(0, 1) };
    expect(Object.fromEntries((await collect().settle(open)).proven)).toEqual({ sda: 'y' });
    expect(guest.asked).toHaveLength(2);
  });

  it('gives up after three patterns that say nothing, with the reason', async () => {
    // The disk itself is read for other reasons too, and so is another: neither read just the pattern.
    guest.noise = () => ['x', 'y'];
    const open = { ...OPEN, unmatched: OPEN.unmatched.slice(0, 1) };
    const { proven, reasons } = await collect().settle(open);
    expect(proven.size).toBe(0);
    expect(reasons.get('sda')).toBe('its reads could not be told from others’ at x, y');
    expect(guest.asked.map(({ units }) => units.length)).toEqual([8, 16, 32]);
  });

  it('gives up when the reads show at no disk of the domain, or at one that is matched already', async () => {
    guest.behind = { sda: null, sdb: 'z' };
    const { proven, reasons } = await collect().settle();
    expect(proven.size).toBe(0);
    expect(Object.fromEntries(reasons)).toEqual({
      sda: 'its reads show at no disk of this guest',
      sdb: 'its reads show at z, which is not one of the disks in question',
    });
  });

  it('never gives one image to two disks, also when the guest reads another than it was asked for', async () => {
    guest.behind = { sda: 'x', sdb: 'x' };
    const { proven, reasons } = await collect().settle();
    expect(Object.fromEntries(proven)).toEqual({ sda: 'x' });
    expect(reasons.get('sdb')).toBe('its reads show at x, which is not one of the disks in question');
  });

  it.each([
    ['refuses', { code: 'unreadable' }, 'the agent cannot read it: no'],
    ['does not answer', 'nothing', 'the agent did not answer in time'],
  ] as const)('says why when the agent %s', async (_, answer, why) => {
    guest.answer = answer;
    expect((await collect().settle()).reasons.get('sda')).toBe(why);
  });

  it('says why when no monitor answers, and asks the agent for nothing', async () => {
    expect((await collect({ monitors: 'fail' }).settle()).reasons.get('sda')).toBe('somebody else holds it');
    expect(guest.asked).toEqual([]);
  });
});

describe('what was proven', () => {
  it.each([
    ['the guest starts anew', { guest: { ...OPEN.guest, bootId: 'boot-2' } }],
    ['another QEMU runs it', { domain: { ...DOMAIN, pid: 200 } }],
    ['a disk came or went in the guest', { disks: [...DISKS, aDisk({ name: 'sdc' })] }],
    [
      'an image moved',
      { domain: { ...DOMAIN, disks: HOST_DISKS.map((disk) => ({ ...disk, image: '/images/o.qcow2' })) } },
    ],
  ])('is remembered until %s', async (_, change) => {
    const { settle } = collect();
    await settle();
    await settle();
    expect(guest.asked).toHaveLength(2);
    await settle({ ...OPEN, ...change });
    expect(guest.asked).toHaveLength(4);
  });

  it('is not asked for twice at once; who does not wait is told that it is under way', async () => {
    const { proofs, settle } = collect();
    const slow = settle();
    const { reasons } = await proofs.settle(OPEN, { wait: false, mayTaint: false });
    expect(reasons.get('sda')).toBe('a proof by reading is under way');
    await Promise.all([slow, settle()]);
    expect(guest.asked).toHaveLength(2);
    expect((await proofs.settle(OPEN, { wait: false, mayTaint: false })).proven.size).toBe(2);
  });

  it('is not got by tainting a domain for an overview; what a trim may ask for is asked for at once', async () => {
    const { proofs, settle } = collect();
    const open: OpenCase = {
      ...OPEN,
      domain: { ...DOMAIN, monitors: [{ kind: 'libvirt', uri: 'qemu:///system', domain: 'u' }] },
    };
    const { reasons } = await proofs.settle(open, { wait: true, mayTaint: false });
    expect(reasons.get('sda')).toBe('libvirt holds its QMP socket, and is not asked: it would note that on the domain');
    expect(guest.asked).toEqual([]);
    expect((await settle(open)).proven.size).toBe(2);
    expect((await proofs.settle(open, { wait: false, mayTaint: false })).proven.size).toBe(2);
    expect(guest.asked).toHaveLength(2);
  });

  it('is got for one case at a time in a guest, also when its disks change meanwhile', async () => {
    const { settle } = collect();
    const more = { ...OPEN, disks: [...DISKS, aDisk({ name: 'sdc' })] };
    await Promise.all([settle(), settle(more)]);
    expect(guest.asked.map(({ disk }) => disk)).toEqual(['sda', 'sdb', 'sda', 'sdb']);
  });

  it('is tried again after ten minutes when what stood in the way may have passed, and not before', async () => {
    const { settle } = collect();
    guest.answer = { code: 'busy' };
    await settle();
    guest.answer = 'proved';
    await settle();
    expect(guest.asked).toHaveLength(6);
    clock.advance(10 * 60_000 + 1);
    expect((await settle()).proven.size).toBe(2);
  });
});

describe('patterns', () => {
  it('fit on the disk and on the wire, whatever its size', () => {
    void fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.nat({ max: 2 }), (sizeBytes, attempt) => {
        const units = drawPattern({ attempt, sizeBytes, randomBelow: (limit) => limit - 1 });
        const bytes = units.reduce((sum, count) => sum + count, 0) * 4096;
        return (
          units.length <= 32 && units.every((count) => count <= 64) && (bytes <= sizeBytes || sizeBytes < 32 * 4096)
        );
      }),
    );
  });

  it('count only for a device that was there before and did not start anew', () => {
    const at = ({ qdev, operations, bytes }: { qdev: string; operations: number; bytes: number }) => ({
      qdev,
      drive: '',
      topNode: null,
      operations,
      bytes,
    });
    const moved = findMoved({
      units: [1, 2],
      before: [
        at({ qdev: 'same', operations: 10, bytes: 10_000 }),
        at({ qdev: 'reset', operations: 100, bytes: 100_000 }),
        at({ qdev: 'gone', operations: 0, bytes: 0 }),
      ],
      after: [
        at({ qdev: 'same', operations: 12, bytes: 10_000 + 3 * 4096 }),
        at({ qdev: 'reset', operations: 5, bytes: 50_000 }),
        at({ qdev: 'new', operations: 50, bytes: 500_000 }),
      ],
    });
    expect(moved).toEqual({ atLeast: ['same'], exactly: ['same'] });
    expect(weighMoved(moved)).toEqual({ qdev: 'same', isProof: true });
  });
});
