import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hear, linkUp, reportedBy, type Said, trimOnce } from './room-steps.ts';
import { inTrimsRoom, type TrimsRoom } from './trims-room.ts';

// What fails of one trim costs that one at the most, and never the next.

/** One whose report the disk cannot take; afterwards it can again. */
async function trimWithoutOutbox(room: TrimsRoom, { trimmedBytes }: { trimmedBytes: number }) {
  await linkUp(room);
  await writeFile(join(room.path, 'outbox'), 'in the way');
  await room.begin();
  const { trimId } = await hear(room, 'intent');
  room.conductor.grant(trimId);
  await expect.poll(() => room.fstrim.running).toHaveLength(1);
  room.fstrim.end(trimmedBytes);
  const problem = await hear(room, 'problem');
  await rm(join(room.path, 'outbox'));
  room.clock.advance(10_000);
  return { trimId, problem };
}

describe('the conductor', () => {
  it('gives up a trim whose journal or report it cannot keep, says so, and takes the next', () =>
    inTrimsRoom(async (room) => {
      const { trimId, problem } = await trimWithoutOutbox(room, { trimmedBytes: 0 });
      expect(problem).toMatchObject({ about: trimId, problem: { code: 'state-not-writable' } });
      await trimOnce(room);
      // What it left in its journal was reported before the next one wrote its own.
      expect(reportedBy(room)).toContain(trimId);
    }));

  it('tells later what a trim did whose report its disk could not take, and not that the agent ended', () =>
    inTrimsRoom(async (room) => {
      const { trimId } = await trimWithoutOutbox(room, { trimmedBytes: 4096 });
      await trimOnce(room);
      const { report } = room.said.find((message) => message.type === 'report') as Said<'report'>;
      expect(report).toMatchObject({
        id: trimId,
        filesystems: [{ outcome: { status: 'done', trimmedBytes: 4096 } }],
      });
      expect(room.log.lines.join('\n')).not.toContain('the agent ended');
    }));

  it('gives up a trim whose intent fits into no frame', () =>
    inTrimsRoom(async (room) => {
      await linkUp(room);
      room.unsayable = 'intent';
      await room.begin();
      const { about, problem } = await hear(room, 'problem');
      expect(problem).toMatchObject({ code: 'internal', cause: 'over the limit' });
      expect(about).not.toBeNull();
      room.unsayable = null;
      room.clock.advance(10_000);
      await trimOnce(room);
    }));

  it('hears what comes next also when an effect throws, and does the others of that step', () =>
    inTrimsRoom(async (room) => {
      await linkUp(room);
      const accepted = room.begin({}, () => {
        throw new Error('begun cannot be noted');
      });
      expect(await accepted).toEqual({ kind: 'accepted' });
      const { trimId } = await hear(room, 'intent');
      room.conductor.grant(trimId);
      await expect.poll(() => room.fstrim.running).toHaveLength(1);
      // It stands after the effect that threw.
      expect(await hear(room, 'started')).toMatchObject({ trimId });
      room.fstrim.end(0);
      await expect.poll(() => reportedBy(room)).toContain(trimId);
      room.clock.advance(10_000);
      await trimOnce(room);
      expect(room.log.lines.filter((line) => line.includes('begun cannot be noted'))).toHaveLength(1);
    }));
});
