import type { RequestId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { afterEach, describe, expect, it } from 'vitest';
import { SAMPLED_EVERY_MS } from '../../../../collector/src/conduct/qga/carry-out.ts';
import type { GuestAgentTrim } from '../../../../collector/src/ports/guest-agent.ts';
import { wholeTrimsOf } from '../../../contract/trims-of.ts';
import { aGuest, aSample } from '../trims/trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from '../trims/trims-world.ts';
import { DESCRIBED, DOMAIN, ID } from './qga-guest.ts';

// Who was to carry a trim out says that nothing was done, after it was taken for running.

let world: TrimsWorld;

afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

/** qemu-ga is at it until the test says that it is refused. */
function pending() {
  const { promise, reject } = Promise.withResolvers<GuestAgentTrim>();
  return { trim: () => promise, reject };
}

async function ask(): Promise<RequestId> {
  const guest = await world.present.enter({ domain: DOMAIN, domains: [DOMAIN], described: DESCRIBED, mayTaint: false });
  const requestId = await world.trims.ask({ guest, mounts: null, askedBy: { kind: 'socket' } });
  await settle();
  return requestId;
}

const settle = async () => {
  for (let turns = 0; turns < 10; turns += 1) await quiet();
};
const stored = () => wholeTrimsOf(world.store, { guestId: ID, limit: 9 });
const refusal = (code: string) =>
  new Fault({ code, operation: 'trim through qemu-guest-agent', subject: '/qga', cause: 'no', hint: 'Mend it.' });

describe('a trim through qemu-ga', () => {
  // Another collector's trim of the same guest runs: libvirt refuses this one, and the counters move all the same.
  it.each(['guest-agent-busy', 'guest-agent-silent', 'no-libvirt'])(
    'that is refused with %s after the host’s counters moved was not begun: nothing of it is stored',
    async (code) => {
      const qemuGa = pending();
      world = await createTrimsWorld({ qemuGa: qemuGa.trim });
      let allocationBytes = 500;
      world.seen = () => ({ vda: aSample({ allocationBytes }) });
      const watcher = world.watch(await ask());
      await settle();
      allocationBytes = 200;
      world.clock.advance(SAMPLED_EVERY_MS);
      await settle();
      expect(watcher.names().at(-1)).toBe('progress');
      qemuGa.reject(refusal(code));
      await settle();
      expect(watcher.names()).toEqual(['requested', 'intended', 'granted', 'started', 'progress', 'refused']);
      expect(watcher.seen.at(-1)?.event).toMatchObject({
        problem: { code, subject: expect.stringMatching(/^[^/]+$/), cause: 'no', hint: 'Mend it.' },
      });
      expect(await stored()).toEqual([]);
      expect(await world.store.openTrims(null)).toEqual([]);
      expect(world.slots.busyOn('/pool')).toBe(0);
      expect(world.qemuGa.has(ID)).toBe(false);
    },
  );

  it('that is refused after an agent came and went leaves nothing open', async () => {
    const qemuGa = pending();
    world = await createTrimsWorld({ qemuGa: qemuGa.trim });
    await ask();
    world.connect(aGuest({ id: ID }));
    await settle();
    world.leave(ID);
    await settle();
    qemuGa.reject(refusal('guest-agent-busy'));
    await settle();
    expect(await stored()).toEqual([]);
    expect(await world.store.openTrims(null)).toEqual([]);
    expect(world.qemuGa.has(ID)).toBe(false);
  });
});
