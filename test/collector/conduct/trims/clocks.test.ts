import type { TrimId } from '@trimtab/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aGuest, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from './trims-world.ts';

// The clock of the host is put ten years forward or back while a trim runs, and the guest's says what it likes.

const GUEST = aGuest();
const YEARS = 10 * 365 * 86_400_000;
const MOMENTS = ['before the grant', 'before it starts', 'before its report', 'before the next trim'] as const;

let world: TrimsWorld;
beforeEach(async () => {
  world = await createTrimsWorld();
  world.connect(GUEST);
});
afterEach(() => world.store.close());

const CASES = MOMENTS.flatMap((moment) =>
  [YEARS, -YEARS].flatMap((jump) => [0, YEARS, 8_640_000_000_000_000].map((told) => ({ moment, jump, told }))),
);

it.each(CASES)(
  '$moment by $jump ms, the guest’s at $told: each trim is stored once, and the next begins',
  async (one) => {
    const jumpAt = (moment: (typeof MOMENTS)[number]) => {
      if (one.moment === moment) world.clock.jump(one.jump);
    };
    for (const nth of [1, 2]) {
      const trimId = trimIdOf(nth);
      jumpAt(nth === 1 ? 'before the grant' : 'before the next trim');
      await trim({
        trimId,
        told: one.told,
        onGranted: () => jumpAt('before it starts'),
        onStarted: () => jumpAt('before its report'),
      });
      expect(said('grant')).toBe(nth);
      expect(said('acknowledged')).toBe(nth);
    }
    // Sent again, as after a lost acknowledgement.
    await world.trims.reported(GUEST, { ...reportOf({ trimId: trimIdOf(1) }), startedAt: one.told });
    await quiet();
    const stored = await Promise.all(
      [1, 2].map((nth) => world.store.findTrim({ guestId: GUEST.id, id: trimIdOf(nth) })),
    );
    for (const result of stored) {
      const now = world.clock.now();
      expect(Date.parse(result?.startedAt ?? '')).toBeLessThanOrEqual(Math.max(now, now - one.jump));
    }
    expect(await world.store.countTrims(GUEST.id)).toBe(2);
    expect(world.failures).toEqual([]);
  },
);

async function trim({
  trimId,
  told,
  onGranted,
  onStarted,
}: {
  trimId: TrimId;
  told: number;
  onGranted: () => void;
  onStarted: () => void;
}): Promise<void> {
  const intent = { type: 'intent', trimId, trigger: 'scheduled', requestId: null, mounts: ['/mnt/vda'] } as const;
  world.attend(GUEST.id, world.trims.intended(GUEST, { ...intent, mounts: ['/mnt/vda'] }));
  await quiet();
  onGranted();
  await world.trims.started(GUEST, { type: 'started', trimId, startedAt: told });
  onStarted();
  await world.trims.reported(GUEST, { ...reportOf({ trimId }), startedAt: told });
  await quiet();
}

function said(type: string): number {
  return world.sent.filter(({ message }) => message.type === type).length;
}
