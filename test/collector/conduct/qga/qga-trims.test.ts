import type { RequestId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { afterEach, describe, expect, it } from 'vitest';
import { SAMPLED_EVERY_MS } from '../../../../collector/src/conduct/qga/carry-out.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { GuestAgentTrim } from '../../../../collector/src/ports/guest-agent.ts';
import { wholeTrimsOf } from '../../../contract/trims-of.ts';
import { MIB } from '../../diagnose/examples.ts';
import { aGuest, aSample } from '../trims/trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from '../trims/trims-world.ts';
import { DESCRIBED, DOMAIN, ID } from './qga-guest.ts';

// A guest with qemu-ga and no agent, on the path of every trim; what qemu-ga does is the test's.

let world: TrimsWorld;

afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

/** qemu-ga is at it until the test says what came of it. */
function pending() {
  const { promise, resolve, reject } = Promise.withResolvers<GuestAgentTrim>();
  let asked = 0;
  const trim = () => {
    asked += 1;
    return promise;
  };
  return { trim, resolve, reject, asked: () => asked };
}

async function enter(described: Parameters<TrimsWorld['present']['enter']>[0]['described'] = DESCRIBED) {
  return world.present.enter({ domain: DOMAIN, domains: [DOMAIN], described, mayTaint: false });
}

async function ask(guest: ConnectedGuest): Promise<RequestId> {
  const requestId = await world.trims.ask({ guest, mounts: null, askedBy: { kind: 'socket' } });
  await settle();
  return requestId;
}

const settle = async () => {
  for (let turns = 0; turns < 10; turns += 1) await quiet();
};
const stored = () => wholeTrimsOf(world.store, { guestId: ID, limit: 9 });
const told = (trimmedBytes: number | null, error: string | null = null): GuestAgentTrim => ({
  kind: 'told',
  paths: [{ mount: '/mnt/vda', trimmedBytes, error }],
});
const refusal = (code: string) =>
  new Fault({ code, operation: 'trim through qemu-guest-agent', subject: '/qga', cause: 'no', hint: 'Mend it.' });

describe('a trim through qemu-ga', () => {
  it('has the events, the result and the history of any other, and says who trimmed', async () => {
    const qemuGa = pending();
    world = await createTrimsWorld({ qemuGa: qemuGa.trim });
    const watcher = world.watch(await ask(await enter()));
    await settle();
    expect(qemuGa.asked()).toBe(1);
    expect(watcher.names()).toEqual(['requested', 'intended', 'granted']);
    qemuGa.resolve(told(4096));
    await settle();
    expect(watcher.names()).toEqual(['requested', 'intended', 'granted', 'started', 'settling', 'finished']);
    expect(await stored()).toMatchObject([
      {
        inside: 'qemu-ga',
        reported: true,
        // It tells no boot: the run of its QEMU stands for that.
        bootId: `qemu ${world.pidOf(ID)} 1`,
        filesystems: [{ mount: '/mnt/vda', disks: ['vda'], outcome: { status: 'done', trimmedBytes: 4096 } }],
        disks: [{ device: 'vda', hops: { trimmedBytes: 4096, issuedBytes: null } }],
      },
    ]);
    expect(await world.store.openTrims(null)).toEqual([]);
  });

  it('tells no bytes that nobody told', async () => {
    world = await createTrimsWorld({ qemuGa: async () => ({ kind: 'untold' }) });
    await ask(await enter());
    await settle();
    expect(await stored()).toMatchObject([
      { filesystems: [{ outcome: { status: 'done', trimmedBytes: null } }], disks: [{ hops: { trimmedBytes: null } }] },
    ]);
  });

  it('tells what qemu-ga could not trim in its words', async () => {
    world = await createTrimsWorld({ qemuGa: async () => told(null, 'trim not supported') });
    await ask(await enter());
    await settle();
    expect(await stored()).toMatchObject([
      { filesystems: [{ outcome: { status: 'unsupported', message: 'qemu-guest-agent says: trim not supported' } }] },
    ]);
  });

  it('is seen to run by what the host counts', async () => {
    const qemuGa = pending();
    world = await createTrimsWorld({ qemuGa: qemuGa.trim });
    let allocationBytes = 500;
    world.seen = () => ({ vda: aSample({ allocationBytes }) });
    const watcher = world.watch(await ask(await enter()));
    await settle();
    allocationBytes = 200;
    world.clock.advance(SAMPLED_EVERY_MS);
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject({
      event: 'progress',
      mount: null,
      issuedBytes: null,
      host: { reclaimedBytes: 300 },
    });
    qemuGa.resolve(told(300));
    await settle();
    expect(watcher.names().at(-1)).toBe('finished');
  });

  it.each([
    ...['off', 'absent', 'not-running', 'busy', 'frozen', 'forbids', 'denied', 'silent'].map(
      (reason) => `guest-agent-${reason}`,
    ),
    'no-virsh',
    'no-libvirt',
    'no-qm',
  ])('that is refused with %s is refused with its words, and nothing is stored', async (code) => {
    world = await createTrimsWorld({ qemuGa: () => Promise.reject(refusal(code)) });
    const watcher = world.watch(await ask(await enter()));
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject({
      event: 'refused',
      problem: { code, cause: 'no', hint: 'Mend it.' },
    });
    expect(await stored()).toEqual([]);
    expect(await world.store.openTrims(null)).toEqual([]);
    expect(world.slots.busyOn('/pool')).toBe(0);
    expect(world.qemuGa.has(ID)).toBe(false);
  });

  it.each([
    ['guest-agent-gone', /^qemu-guest-agent ended or fell silent/],
    ['guest-agent-late', /^qemu-guest-agent ended or fell silent/],
    ['guest-agent-error', /^qemu-guest-agent answered with an error/],
    ['virsh-failed', /^libvirt ended or fell silent/],
  ])('of whose end %s is all that is told has one result, by what the host measured', async (code, sentence) => {
    world = await createTrimsWorld({ qemuGa: () => Promise.reject(refusal(code)) });
    let isOver = false;
    world.sampled = () => ({ vda: aSample({ allocationBytes: isOver ? 200 * MIB : 500 * MIB }) });
    world.before.settled = async () => {
      isOver = true;
    };
    const watcher = world.watch(await ask(await enter()));
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { reported: false } });
    expect(await stored()).toMatchObject([
      {
        inside: 'qemu-ga',
        reported: false,
        disks: [
          {
            verdict: 'inconclusive',
            sentence: expect.stringMatching(sentence),
            hops: { trimmedBytes: null, reclaimedBytes: 300 * MIB },
          },
        ],
      },
    ]);
    expect(world.slots.busyOn('/pool')).toBe(0);
    expect(world.qemuGa.has(ID)).toBe(false);
  });

  it('is believed by what the host counts, however much qemu-ga says that it trimmed', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const paths = ['/mnt/vda', '/srv', '/mnt/none'].map((mount) => ({ mount, trimmedBytes: most, error: null }));
    world = await createTrimsWorld({ qemuGa: async () => ({ kind: 'told', paths }) });
    world.sampled = () => ({ vda: aSample({ allocationBytes: 500 * MIB }) });
    const [filesystem] = DESCRIBED.inventory.filesystems;
    if (filesystem === undefined) throw new Error('there is one');
    const inventory = { ...DESCRIBED.inventory, filesystems: [filesystem, { ...filesystem, mount: '/srv' }] };
    const watcher = world.watch(await ask(await enter({ ...DESCRIBED, inventory })));
    await settle();
    expect(watcher.names().at(-1)).toBe('finished');
    const [result, ...others] = await stored();
    expect(others).toEqual([]);
    expect(result?.disks).toMatchObject([{ device: 'vda', hops: { reclaimedBytes: 0, regainedBytes: 0 } }]);
    expect(result?.disks[0]?.sentence).toMatch(/What came back cannot be told/);
    expect(result?.disks[0]?.contradictions).toMatchObject([
      { fact: 'trimmed', value: expect.stringMatching(/the guest says \d{17} bytes, and its disk has \d{10}$/) },
    ]);
  });

  it('is one at a time in a guest, and the next after it', async () => {
    const qemuGa = pending();
    world = await createTrimsWorld({ qemuGa: qemuGa.trim });
    const guest = await enter();
    await ask(guest);
    const second = world.watch(await ask(guest));
    await settle();
    expect(second.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'busy' } });
    qemuGa.resolve(told(1));
    await settle();
    expect(world.qemuGa.has(ID)).toBe(false);
    expect(await stored()).toHaveLength(1);
  });

  it('cannot be cancelled once it was allowed to begin, and says so', async () => {
    const qemuGa = pending();
    world = await createTrimsWorld({ qemuGa: qemuGa.trim });
    const requestId = await ask(await enter());
    await settle();
    await expect(world.trims.cancel(requestId)).rejects.toMatchObject({ detail: { code: 'cannot-cancel' } });
    qemuGa.resolve(told(1));
    await settle();
    expect(await stored()).toHaveLength(1);
  });

  it('is refused at once where qemu-ga says that it may not', async () => {
    const qemuGa = pending();
    world = await createTrimsWorld({ qemuGa: qemuGa.trim });
    const guest = await enter({ ...DESCRIBED, allows: { fstrim: false, fsinfo: true } });
    const watcher = world.watch(await ask(guest));
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'guest-agent-forbids' } });
    expect(qemuGa.asked()).toBe(0);
  });

  it('goes on where an agent comes meanwhile, and its history is that guest’s', async () => {
    const qemuGa = pending();
    world = await createTrimsWorld({ qemuGa: qemuGa.trim });
    const watcher = world.watch(await ask(await enter()));
    await settle();
    world.connect(aGuest({ id: ID }));
    await settle();
    world.leave(ID);
    await settle();
    qemuGa.resolve(told(4096));
    await settle();
    expect(watcher.names().at(-1)).toBe('finished');
    expect(await stored()).toMatchObject([{ inside: 'qemu-ga', reported: true }]);
  });
});

describe('a restart of the collector', () => {
  it('in the middle of a trim leaves one result, by what the host measured, and answers who waits', async () => {
    const qemuGa = pending();
    world = await createTrimsWorld({ qemuGa: qemuGa.trim });
    const requestId = await ask(await enter());
    await settle();
    world.clock.advance(1);
    await world.restart();
    await settle();
    const watcher = world.watch(requestId);
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { reported: false } });
    expect(await stored()).toMatchObject([
      {
        inside: 'qemu-ga',
        reported: false,
        disks: [{ sentence: expect.stringMatching(/^The collector was started anew/) }],
      },
    ]);
    // What the first run hears after that changes nothing.
    qemuGa.resolve(told(4096));
    await settle();
    expect(await stored()).toHaveLength(1);
  });
});
