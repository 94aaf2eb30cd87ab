import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { FromGuest, TrimId } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { SAMPLE_INVENTORY } from '../support/sample-inventory.ts';
import { requestIdOf } from '../trim/trim-samples.ts';
import { inTrimsRoom, type TrimsRoom } from './trims-room.ts';

type Said<Type extends FromGuest['type']> = Extract<FromGuest, { type: Type }>;

/** The newest message of that type, as soon as there are `count` of them. */
async function hear<Type extends FromGuest['type']>({ said }: TrimsRoom, type: Type, count = 1): Promise<Said<Type>> {
  const all = () => said.filter((message): message is Said<Type> => message.type === type);
  await expect.poll(all).toHaveLength(count);
  return all()[count - 1] as Said<Type>;
}

/** From the wish to the report that was sent; the trim's id. */
async function trimOnce(room: TrimsRoom, wish: Parameters<TrimsRoom['begin']>[0] = {}): Promise<TrimId> {
  expect(await room.begin(wish)).toEqual({ kind: 'accepted' });
  const { trimId } = room.said.findLast((message) => message.type === 'intent') as Said<'intent'>;
  room.conductor.grant(trimId);
  await expect.poll(() => room.fstrim.running).toHaveLength(1);
  room.fstrim.end(0);
  await expect.poll(() => reportedBy(room)).toContain(trimId);
  return trimId;
}

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

function reportedBy({ said }: TrimsRoom): TrimId[] {
  return said.flatMap((message) => (message.type === 'report' ? [message.report.id] : []));
}

async function linkUp({ conductor, delivery }: TrimsRoom): Promise<void> {
  conductor.linkUp();
  await delivery.linkUp();
}

describe('the conductor', () => {
  it('takes a trim from the wish to the report, with a journal while it runs', () =>
    inTrimsRoom(async (room) => {
      await linkUp(room);
      const begun: string[] = [];
      expect(await room.begin({}, () => begun.push('begun'))).toEqual({ kind: 'accepted' });
      const { trimId } = await hear(room, 'intent');
      expect({ running: room.fstrim.running, begun }).toEqual({ running: [], begun: [] });
      room.conductor.grant(trimId);
      await expect.poll(() => room.fstrim.running).toEqual(['/']);
      expect(await hear(room, 'started')).toMatchObject({ trimId });
      expect({ begun, files: await readdir(room.path) }).toEqual({ begun: ['begun'], files: ['journal.json'] });
      room.clock.advance(1_000);
      expect(await hear(room, 'progress')).toMatchObject({ trimId, elapsedMs: 1_000, issuedBytes: 0 });
      room.fstrim.end(4096);
      const { report } = await hear(room, 'report');
      expect(report).toMatchObject({
        id: trimId,
        granted: true,
        durationMs: 1_000,
        filesystems: [{ mount: '/', outcome: { status: 'done', trimmedBytes: 4096 } }],
        layers: [{ name: 'sda1' }, { name: 'sda' }],
      });
      expect(await readdir(room.path)).toEqual(['outbox']);
      expect({ begun, timers: room.clock.armed() }).toEqual({ begun: ['begun'], timers: 0 });
    }));

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

  it('goes alone once the collector was away for as long as patience lasts, and not before', () =>
    inTrimsRoom(async (room) => {
      room.clock.advance(20_000);
      expect(await room.begin()).toEqual({ kind: 'accepted' });
      room.clock.advance(9_999);
      expect({ timers: room.clock.armed(), said: room.said }).toEqual({ timers: 1, said: [] });
      room.clock.advance(1);
      await expect.poll(() => room.fstrim.running).toHaveLength(1);
      room.fstrim.end(0);
      await linkUp(room);
      expect((await hear(room, 'report')).report.granted).toBe(false);
      expect(room.log.lines.filter((line) => line.includes('goes without the collector'))).toHaveLength(1);
    }));

  it('says its intent anew at each welcome, and waits on without patience running', () =>
    inTrimsRoom(async (room) => {
      await room.begin();
      await linkUp(room);
      const first = await hear(room, 'intent');
      room.conductor.linkDown();
      await linkUp(room);
      expect(await hear(room, 'intent', 2)).toEqual(first);
      room.clock.advance(86_400_000);
      expect(room.fstrim.running).toEqual([]);
      room.conductor.grant(first.trimId);
      await expect.poll(() => room.fstrim.running).toHaveLength(1);
    }));

  it('cancels what waits and what runs, and nothing else', () =>
    inTrimsRoom(async (room) => {
      await linkUp(room);
      await room.begin();
      const { trimId } = await hear(room, 'intent');
      expect(room.conductor.cancel({ trimId: requestIdOf(7) as string as TrimId, reason: 'other' })).toBe(false);
      expect(room.conductor.cancel({ trimId, reason: 'not now' })).toBe(true);
      const outcome = { status: 'cancelled', message: 'not now' };
      expect((await hear(room, 'report')).report).toMatchObject({ id: trimId, filesystems: [{ outcome }] });
      await expect.poll(() => room.conductor.cancel({ trimId, reason: 'again' })).toBe(false);

      room.clock.advance(10_000);
      await room.begin();
      const second = await hear(room, 'intent', 2);
      room.conductor.grant(second.trimId);
      await expect.poll(() => room.fstrim.running).toHaveLength(1);
      room.conductor.cancel({ trimId: second.trimId, reason: 'the pool is busy' });
      expect((await hear(room, 'report', 2)).report).toMatchObject({
        id: second.trimId,
        filesystems: [{ outcome: { status: 'cancelled', message: 'the pool is busy' } }],
      });
      expect(room.said.filter(({ type }) => type === 'started')).toHaveLength(1);
    }));

  it('keeps its limits, and cures only the last trim, once, with no pause before it', () =>
    inTrimsRoom(async (room) => {
      await linkUp(room);
      const first = await trimOnce(room);
      expect(await room.begin()).toMatchObject({ kind: 'refused', problem: { code: 'too-soon' } });
      room.clock.advance(10_000);
      const second = await trimOnce(room);
      expect(await room.begin({ cures: first })).toMatchObject({ problem: { code: 'nothing-to-cure' } });
      const answer = room.begin({ cures: second });
      expect(await room.begin({ cures: second })).toMatchObject({ problem: { code: 'busy' } });
      expect(await answer).toEqual({ kind: 'accepted' });
      const cure = await hear(room, 'intent', 3);
      room.conductor.grant(cure.trimId);
      await expect.poll(() => room.fstrim.started).toBe(3);
      room.fstrim.end(0);
      await expect.poll(() => room.fstrim.started).toBe(4);
      room.fstrim.end(4096);
      expect((await hear(room, 'report', 3)).report.filesystems).toMatchObject([{ again: true }]);
      expect(await room.begin({ cures: second })).toMatchObject({ problem: { code: 'nothing-to-cure' } });
    }));

  it('does not trim again for a request that it is answering', () =>
    inTrimsRoom(async (room) => {
      const request = { trigger: 'requested', requestId: requestIdOf(1) } as const;
      await linkUp(room);
      const first = room.begin(request);
      expect(await room.begin(request)).toEqual({ kind: 'under-way' });
      expect(await first).toEqual({ kind: 'accepted' });
      const { trimId } = await hear(room, 'intent');
      expect(await room.begin(request)).toEqual({ kind: 'under-way' });
      room.conductor.grant(trimId);
      await expect.poll(() => room.fstrim.running).toHaveLength(1);
      expect(await room.begin(request)).toEqual({ kind: 'under-way' });
      room.fstrim.end(0);
      await hear(room, 'report');
      room.clock.advance(10_000);
      expect(await room.begin(request)).toEqual({ kind: 'under-way' });
      expect(await room.begin({ requestId: requestIdOf(2) })).toEqual({ kind: 'accepted' });
      await room.delivery.acknowledged(trimId);
      expect(await room.begin(request)).toMatchObject({ problem: { code: 'busy' } });
    }));

  it('refuses what it never announced, and says when it cannot find out; neither starts a pause', () =>
    inTrimsRoom(async (room) => {
      expect(await room.begin({ mounts: ['/nope'] })).toMatchObject({
        kind: 'refused',
        problem: { code: 'unknown-mount' },
      });
      room.announced = new Error('gone while it was read');
      expect(await room.begin()).toMatchObject({
        kind: 'failed',
        problem: { code: 'internal', cause: 'gone while it was read' },
      });
      room.announced = SAMPLE_INVENTORY;
      expect(await room.begin()).toEqual({ kind: 'accepted' });
    }));

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

  it('told to stop, resolves when the report of what ran is kept and sent', () =>
    inTrimsRoom(async (room) => {
      await linkUp(room);
      await room.begin();
      room.conductor.grant((await hear(room, 'intent')).trimId);
      await expect.poll(() => room.fstrim.running).toHaveLength(1);
      await room.conductor.stop();
      expect(room.said.at(-1)).toMatchObject({
        type: 'report',
        report: { filesystems: [{ outcome: { status: 'cancelled', message: 'the agent was stopped' } }] },
      });
      expect(await readdir(join(room.path, 'outbox'))).toHaveLength(1);
      expect(await room.begin()).toMatchObject({ kind: 'refused', problem: { code: 'stopping' } });
    }));

  it('told to stop before the grant, keeps a report and leaves the trim owed', () =>
    inTrimsRoom(async (room) => {
      const begun: string[] = [];
      await room.begin({}, () => begun.push('begun'));
      await room.conductor.stop();
      expect(begun).toEqual([]);
      expect(await readdir(room.path)).toEqual(['outbox']);
      expect(room.clock.armed()).toBe(0);
    }));

  it('told to stop at rest, resolves at once', () => inTrimsRoom((room) => room.conductor.stop()));
});
