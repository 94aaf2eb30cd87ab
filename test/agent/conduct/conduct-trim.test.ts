import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrimId } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { SAMPLE_INVENTORY } from '../support/sample-inventory.ts';
import { requestIdOf } from '../trim/trim-samples.ts';
import { hear, linkUp, trimOnce } from './room-steps.ts';
import { inTrimsRoom } from './trims-room.ts';

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
