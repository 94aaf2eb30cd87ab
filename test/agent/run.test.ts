import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFakeCollector } from './support/fake-collector.ts';
import { inAgentRoom, newRequestId, REQUEST_ID } from './support/in-agent-room.ts';

const ENDED = 'the agent ended while this trim ran, or before it could keep its report';

if (process.geteuid?.() !== 0) throw new Error('These tests trim a filesystem on a loop device: run them as root.');

describe('trimtab-agent run', () => {
  it('takes every trim down the one path, and forgets the report once it is acknowledged', () =>
    inAgentRoom(async ({ collector, mount, device, stateDirectory, start }) => {
      const agent = start();
      expect(await collector.take('hello')).toMatchObject({
        versions: { oldest: 1, newest: 4 },
        starter: 'resident',
        key: null,
      });
      const { inventory } = await collector.take('inventory');
      expect(inventory.facts).toBeNull();
      expect(inventory.filesystems.map((filesystem) => filesystem.mount)).toContain(mount);
      expect((await collector.take('inventory')).inventory.facts?.kernel).toEqual(expect.any(String));

      collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      const { trimId, ...intent } = await collector.take('intent');
      expect(intent).toEqual({ type: 'intent', trigger: 'requested', requestId: REQUEST_ID, mounts: [mount] });
      expect(collector.heard.some(({ type }) => type === 'started' || type === 'report')).toBe(false);

      collector.say({ type: 'grant', trimId });
      expect(await collector.take('started')).toMatchObject({ trimId });
      const { report } = await collector.take('report');
      expect(report).toMatchObject({
        id: trimId,
        granted: true,
        requestId: REQUEST_ID,
        filesystems: [{ mount, disks: [device], outcome: { status: 'done' } }],
        layers: [{ name: device }],
      });
      expect(await readdir(join(stateDirectory, 'outbox'))).toHaveLength(1);

      collector.say({ type: 'acknowledged', trimId });
      await expect.poll(() => readdir(join(stateDirectory, 'outbox'))).toEqual([]);
      expect((await readdir(stateDirectory)).sort()).toEqual(['agent.lock', 'facts.json', 'outbox']);
      agent.process.kill('SIGTERM');
      expect((await agent.ended).code).toBe(0);
    }));

  it('trims nothing that it did not announce, and not twice in a row', () =>
    inAgentRoom(async ({ collector, mount, start }) => {
      start({ flags: ['--minimum-interval', '1h'] });
      await collector.take('inventory');
      for (const [mounts, code] of [
        [['/nope'], 'unknown-mount'],
        [['/proc'], 'unknown-mount'],
      ] as const) {
        collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [...mounts], cures: null });
        expect(await collector.take('problem')).toMatchObject({ about: REQUEST_ID, problem: { code } });
      }
      collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      const { trimId } = await collector.take('intent');
      const second = newRequestId();
      collector.say({ type: 'request', requestId: second, mounts: [mount], cures: null });
      expect(await collector.take('problem')).toMatchObject({ about: second, problem: { code: 'busy' } });
      collector.say({ type: 'grant', trimId });
      await collector.take('report');
      await expect
        .poll(async () => {
          collector.say({ type: 'request', requestId: newRequestId(), mounts: [mount], cures: null });
          return (await collector.take('problem')).problem.code;
        })
        .toBe('too-soon');
    }));

  it('sends a report again, after every reconnect, until it is acknowledged', () =>
    inAgentRoom(async ({ collector, mount, start }) => {
      start();
      await collector.take('inventory');
      collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      const { trimId } = await collector.take('intent');
      collector.say({ type: 'grant', trimId });
      const first = await collector.take('report');
      await collector.take('hello');
      collector.hangUp();
      await collector.take('hello');
      expect(await collector.take('report')).toEqual(first);
    }));

  it('trims once for a request that a collector which began anew sends again', () =>
    inAgentRoom(async ({ collector, mount, start }) => {
      start({ flags: ['--minimum-interval', '1ms'] });
      await collector.take('inventory');
      const ask = () => collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      ask();
      const { trimId } = await collector.take('intent');
      collector.hangUp();
      expect(await collector.take('intent')).toMatchObject({ trimId, requestId: REQUEST_ID });
      ask();
      collector.say({ type: 'grant', trimId });
      await collector.take('report');
      collector.hangUp();
      await collector.take('report');
      ask();
      collector.say({ type: 'acknowledged', trimId });
      // Both were heard once what came after them is answered.
      const another = newRequestId();
      collector.say({ type: 'request', requestId: another, mounts: ['/nope'], cures: null });
      expect(await collector.take('problem')).toMatchObject({ about: another });
      expect(collector.heard.filter(({ type }) => type === 'started')).toHaveLength(1);
      expect(collector.heard.filter(({ type }) => type === 'problem')).toHaveLength(1);
    }));

  it('asks again for the grant of a trim that waits, when the collector comes back', () =>
    inAgentRoom(async ({ collector, mount, start }) => {
      start();
      await collector.take('inventory');
      collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      const intent = await collector.take('intent');
      collector.hangUp();
      expect(await collector.take('intent')).toEqual(intent);
      const types = collector.heard.map(({ type }) => type);
      expect(types.lastIndexOf('inventory')).toBeGreaterThan(types.lastIndexOf('hello'));
      expect(types.lastIndexOf('intent')).toBeGreaterThan(types.lastIndexOf('inventory'));
      collector.say({ type: 'grant', trimId: intent.trimId });
      expect((await collector.take('report')).report.granted).toBe(true);
    }));

  it('trims on its schedule though the collector is away, and delivers later', () =>
    inAgentRoom(async ({ collector, mount, start, hideOtherMounts }) => {
      const port = Number(collector.address.split(':')[1]);
      await collector.close();
      const stateDirectory = join(mount, 'state');
      const own = ['--state-directory', stateDirectory, '--grant-patience', '100ms', '--minimum-interval', '1h'];
      start({ flags: [...own, '--schedule', '* * * * * *'], within: hideOtherMounts });
      await expect.poll(() => readdir(join(stateDirectory, 'outbox')), { timeout: 15_000 }).toHaveLength(1);
      const later = await startFakeCollector({ port });
      const { report } = await later.take('report');
      await later.close();
      expect(report).toMatchObject({ trigger: 'scheduled', granted: false, requestId: null });
      expect(report.filesystems.map((filesystem) => filesystem.mount)).toEqual([mount]);
    }));

  it('catches up with a trim that came due while it was away, and then waits for the next', () =>
    inAgentRoom(async ({ collector, stateDirectory, start }) => {
      const memoryPath = join(stateDirectory, 'schedule.json');
      const memory = { expression: '0 3 * * 0', timeZone: 'UTC', nextDueAt: 1 };
      await mkdir(stateDirectory);
      await writeFile(memoryPath, JSON.stringify(memory));
      start({ flags: ['--schedule', memory.expression, '--grant-patience', '1h'] });
      const intent = await collector.take('intent');
      expect(intent).toMatchObject({ trigger: 'caught-up', requestId: null });
      // Not begun yet: an agent that stops here still owes it.
      expect(JSON.parse(await readFile(memoryPath, 'utf8'))).toEqual(memory);
      collector.say({ type: 'cancel', trimId: intent.trimId, reason: 'not now' });
      await collector.take('report');
      await expect
        .poll(async () => JSON.parse(await readFile(memoryPath, 'utf8')).nextDueAt)
        .toBeGreaterThan(Date.now());
    }));

  it('stops a trim that is called off', () =>
    inAgentRoom(async ({ collector, mount, start, slowFstrim }) => {
      start({ within: slowFstrim });
      await collector.take('inventory');
      collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      const { trimId } = await collector.take('intent');
      collector.say({ type: 'grant', trimId });
      await collector.take('started');
      expect(await collector.take('progress')).toMatchObject({ trimId, mount, index: 1, of: 1, issuedBytes: 0 });
      collector.say({ type: 'cancel', trimId, reason: 'the pool is busy' });
      expect((await collector.take('report')).report.filesystems).toMatchObject([
        { mount, outcome: { status: 'cancelled', message: 'the pool is busy' } },
      ]);
    }));

  it('called off before its grant, never starts, and reports all the same', () =>
    inAgentRoom(async ({ collector, mount, start }) => {
      start();
      await collector.take('inventory');
      collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      const { trimId } = await collector.take('intent');
      collector.say({ type: 'cancel', trimId, reason: 'not now' });
      const { report } = await collector.take('report');
      expect(report).toMatchObject({ id: trimId, granted: false, layers: [] });
      expect(report.filesystems).toMatchObject([{ outcome: { status: 'cancelled', message: 'not now' } }]);
      expect(collector.heard.some(({ type }) => type === 'started')).toBe(false);
    }));

  it('killed in the middle of a trim, reports it after its restart, once', () =>
    inAgentRoom(async ({ collector, mount, device, start, slowFstrim }) => {
      const agent = start({ within: slowFstrim });
      await collector.take('inventory');
      collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      const { trimId } = await collector.take('intent');
      collector.say({ type: 'grant', trimId });
      await collector.take('started');
      agent.process.kill('SIGKILL');
      await agent.ended;
      start();
      const { report } = await collector.take('report');
      expect(report).toMatchObject({
        id: trimId,
        granted: true,
        requestId: REQUEST_ID,
        filesystems: [{ mount, outcome: { status: 'failed', message: ENDED } }],
        layers: [{ name: device }],
      });
      collector.say({ type: 'acknowledged', trimId });
      collector.hangUp();
      await collector.take('hello');
      await collector.take('hello');
      await collector.take('inventory');
      expect(collector.heard.filter(({ type }) => type === 'report')).toHaveLength(1);
    }));

  it('told to stop, ends the trim that runs and keeps its report', () =>
    inAgentRoom(async ({ collector, mount, stateDirectory, start, slowFstrim }) => {
      const agent = start({ within: slowFstrim });
      await collector.take('inventory');
      collector.say({ type: 'request', requestId: REQUEST_ID, mounts: [mount], cures: null });
      const { trimId } = await collector.take('intent');
      collector.say({ type: 'grant', trimId });
      await collector.take('started');
      agent.process.kill('SIGTERM');
      expect((await agent.ended).code).toBe(0);
      expect((await collector.take('report')).report.filesystems).toMatchObject([
        { outcome: { status: 'cancelled', message: expect.stringContaining('the agent was stopped') } },
      ]);
      expect(await readdir(join(stateDirectory, 'outbox'))).toHaveLength(1);
      expect(await readdir(stateDirectory)).not.toContain('journal.json');
    }));
});
