import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hear, linkUp, reportedBy } from './room-steps.ts';
import { inTrimsRoom } from './trims-room.ts';

// The kernel waits for a disk that does not answer, or searches for long. Nothing ends it: the log tells of it.

describe('the conductor', () => {
  it('tells in the log of a sync that does not end, each time after twice as long, and of its end', () =>
    inTrimsRoom(async (room) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let begun = 0;
      room.sync = () => {
        begun += 1;
        return promise;
      };
      await linkUp(room);
      await room.begin();
      const { trimId } = await hear(room, 'intent');
      room.conductor.grant(trimId);
      await expect.poll(() => begun).toBe(1);
      for (let minutes = 0; minutes < 45; minutes += 1) room.clock.advance(60_000);
      const told = () => room.log.lines.filter((line) => line.includes('sync'));
      expect(told()).toEqual(
        [10, 20, 40].map(
          (minutes) =>
            `the sync before the trim of / takes ${minutes} min, and the trim waits for it. Where it waits: cat /proc/$(pgrep -x sync)/stack`,
        ),
      );
      resolve();
      await expect.poll(() => room.fstrim.running).toEqual(['/']);
      expect(told().at(-1)).toBe('the sync before the trim of / has ended');
      room.fstrim.end(0);
      await expect.poll(() => reportedBy(room)).toEqual([trimId]);
      room.clock.advance(3_600_000);
      expect(told()).toHaveLength(4);
    }));

  it('tells in the log of a trim that stands still, and lets it go on', () =>
    inTrimsRoom(async (room) => {
      await linkUp(room);
      await room.begin();
      room.conductor.grant((await hear(room, 'intent')).trimId);
      await expect.poll(() => room.fstrim.running).toHaveLength(1);
      for (let second = 0; second < 11 * 60; second += 1) {
        room.clock.advance(1_000);
        await turn();
      }
      expect(room.log.lines).toContainEqual(expect.stringMatching(/^the trim of \/ has discarded nothing for 10 min/));
      room.fstrim.end(4096);
      expect((await hear(room, 'report')).report.filesystems).toMatchObject([{ outcome: { status: 'done' } }]);
    }));
});
