import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type AgentRoom, inAgentRoom, newRequestId, REQUEST_ID } from './support/in-agent-room.ts';

if (process.geteuid?.() !== 0) throw new Error('These tests trim a filesystem on a loop device: run them as root.');

const inRoom = (use: (room: AgentRoom) => Promise<void>) => inAgentRoom(use, { version: 4 });
const BY_TIMER = ['--starter', 'timer', '--visit-every', '15m'];

it('a visit says who it is, what is full and when it comes again, does what waits, and ends', () =>
  inRoom(async ({ collector, mount, stateDirectory, start }) => {
    const visit = start({ verb: 'visit', flags: BY_TIMER });
    const { starter, nextVisitAt } = await collector.take('hello');
    expect(starter).toBe('timer');
    expect(Math.abs((nextVisitAt ?? 0) - Date.now() - 15 * 60_000)).toBeLessThan(60_000);
    await collector.take('inventory');
    expect((await collector.take('usage')).filesystems.map((each) => each.mount)).toContain(mount);
    collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
    const { trimId } = await collector.take('intent');
    // Said before the host had heard of the trim: it is no leave.
    collector.say({ type: 'rest' });
    collector.say({ type: 'grant', trimId });
    await collector.take('report');
    collector.say({ type: 'acknowledged', trimId });
    await expect.poll(() => readdir(join(stateDirectory, 'outbox'))).toEqual([]);
    expect(visit.process.exitCode).toBeNull();
    collector.say({ type: 'rest' });
    expect((await visit.ended).code).toBe(0);
  }));

it('the least time between two trims holds from one visit to the next', () =>
  inRoom(async ({ collector, mount, start }) => {
    const flags = [...BY_TIMER, '--minimum-interval', '1h'];
    const first = start({ verb: 'visit', flags });
    await collector.take('usage');
    collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
    const { trimId } = await collector.take('intent');
    collector.say({ type: 'grant', trimId });
    await collector.take('report');
    collector.say({ type: 'acknowledged', trimId });
    collector.say({ type: 'rest' });
    expect((await first.ended).code).toBe(0);

    const second = start({ verb: 'visit', flags });
    await collector.take('usage');
    const again = newRequestId();
    collector.say({ type: 'request', requestId: again, mounts: [mount], cures: null });
    expect(await collector.take('problem')).toMatchObject({ about: again, problem: { code: 'too-soon' } });
    collector.say({ type: 'rest' });
    expect((await second.ended).code).toBe(0);
  }));

it('where no collector is there, a visit makes the trim that is due and keeps its report', () =>
  inRoom(async ({ collector, hideOtherMounts, mount, start }) => {
    const stateDirectory = join(mount, 'state');
    const own = ['--state-directory', stateDirectory, '--schedule', '0 3 * * *', '--grant-patience', '100ms'];
    const flags = [...BY_TIMER, ...own];
    await collector.close();
    expect((await start({ verb: 'visit', flags, within: hideOtherMounts }).ended).code).toBe(0);
    expect(await readdir(stateDirectory)).not.toContain('outbox');

    const due = { expression: '0 3 * * *', timeZone: 'UTC', nextDueAt: Date.now() - 60_000 };
    await writeFile(join(stateDirectory, 'schedule.json'), JSON.stringify(due));
    expect((await start({ verb: 'visit', flags, within: hideOtherMounts }).ended).code).toBe(0);
    expect(await readdir(join(stateDirectory, 'outbox'))).toHaveLength(1);
  }));

it('a visit leaves things to an agent that is at work', () =>
  inRoom(async ({ collector, start }) => {
    start();
    await collector.take('inventory');
    const visit = await start({ verb: 'visit', flags: BY_TIMER }).ended;
    expect(visit.code).toBe(0);
    expect(visit.stderr).toContain('another agent works with this state directory');
  }));
