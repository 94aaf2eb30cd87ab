import type { FromGuest, TrimId, TrimReport } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import type { FakeCollector } from './support/fake-collector.ts';
import { type AgentRoom, inAgentRoom, newRequestId } from './support/in-agent-room.ts';

if (process.geteuid?.() !== 0) throw new Error('These tests trim a filesystem on a loop device: run them as root.');

const MIB = 1024 ** 2;

/** Asks for a trim as the host does, until the one before is over: the report, or the problem. */
async function ask({ collector, mount }: AgentRoom, cures: TrimId | null, mounts: string[] = [mount]): Promise<Answer> {
  for (;;) {
    const seen = collector.heard.length;
    collector.say({ type: 'request', requestId: newRequestId(), mounts, cures });
    const answer = await heardSince({ collector, seen }, ['intent', 'problem']);
    if (answer.type === 'problem' && answer.problem.code === 'busy') continue;
    if (answer.type === 'problem') return { code: answer.problem.code };
    collector.say({ type: 'grant', trimId: answer.trimId });
    const { report } = await heardSince({ collector, seen }, ['report']);
    collector.say({ type: 'acknowledged', trimId: report.id });
    const trimmedBytes = report.filesystems.map(({ outcome }) => 'trimmedBytes' in outcome && outcome.trimmedBytes);
    return { report, trimmedBytes };
  }
}

type Answer =
  | { readonly report: TrimReport; readonly trimmedBytes: readonly (number | false)[] }
  | { readonly code: string };

type Heard<Type extends FromGuest['type']> = Extract<FromGuest, { type: Type }>;

async function heardSince<Type extends FromGuest['type']>(
  { collector, seen }: { collector: FakeCollector; seen: number },
  types: readonly Type[],
): Promise<Heard<Type>> {
  const find = () =>
    collector.heard.slice(seen).find((message): message is Heard<Type> => types.some((type) => type === message.type));
  await expect.poll(find, { timeout: 10_000, interval: 10 }).toBeDefined();
  const found = find();
  if (found === undefined) throw new Error('gone again');
  return found;
}

async function askForReport(room: AgentRoom, cures: TrimId | null) {
  const answer = await ask(room, cures);
  if (!('report' in answer)) throw new Error(`refused: ${answer.code}`);
  return answer;
}

describe('a trim of ext4 that said 0 bytes, on a real filesystem', () => {
  it('is made good: everything is discarded again, once, with no pause before it', () =>
    inAgentRoom(async (room) => {
      room.start({ flags: ['--minimum-interval', '1ms'] });
      await room.collector.take('inventory');
      const first = await askForReport(room, null);
      const [freeBytes = 0] = first.trimmedBytes.map(Number);
      expect(freeBytes).toBeGreaterThan(40 * MIB);
      expect(await ask(room, first.report.id)).toMatchObject({ code: 'nothing-to-cure' });

      const second = await askForReport(room, null);
      expect(second.trimmedBytes).toEqual([0]);
      expect(await ask(room, first.report.id)).toMatchObject({ code: 'nothing-to-cure' });
      expect(await ask(room, second.report.id, ['/proc'])).toMatchObject({ code: 'nothing-to-cure' });

      const cure = await askForReport(room, second.report.id);
      expect(cure.report).toMatchObject({ trigger: 'requested', filesystems: [{ mount: room.mount, again: true }] });
      expect(Number(cure.trimmedBytes[0])).toBeGreaterThan(freeBytes - MIB);
      const [{ before, after } = { before: null, after: null }] = cure.report.layers;
      expect((after?.discardedBytes ?? 0) - (before?.discardedBytes ?? 0)).toBeGreaterThan(freeBytes - MIB);

      expect(await ask(room, second.report.id)).toMatchObject({ code: 'nothing-to-cure' });
      expect(await ask(room, cure.report.id)).toMatchObject({ code: 'nothing-to-cure' });
    }));

  it('waits for no minimum interval, while any other trim does', () =>
    inAgentRoom(async (room) => {
      const agent = room.start({ flags: ['--minimum-interval', '1ms'] });
      await room.collector.take('inventory');
      await askForReport(room, null);
      agent.process.kill('SIGTERM');
      await agent.ended;

      room.start({ flags: ['--minimum-interval', '1h'] });
      await room.collector.take('hello');
      await room.collector.take('hello');
      const { report, trimmedBytes } = await askForReport(room, null);
      expect(trimmedBytes).toEqual([0]);
      expect(await ask(room, null)).toMatchObject({ code: 'too-soon' });
      expect((await askForReport(room, report.id)).report.filesystems).toMatchObject([{ again: true }]);
    }));

  it('is not known to an agent that was started anew', () =>
    inAgentRoom(async (room) => {
      const agent = room.start({ flags: ['--minimum-interval', '1ms'] });
      await room.collector.take('inventory');
      await askForReport(room, null);
      const { report } = await askForReport(room, null);
      agent.process.kill('SIGTERM');
      await agent.ended;
      room.start();
      await room.collector.take('hello');
      await room.collector.take('hello');
      expect(await ask(room, report.id)).toMatchObject({ code: 'nothing-to-cure' });
    }));
});

it('a look message is answered, also when nothing changed', () =>
  inAgentRoom(async ({ collector, start }) => {
    start();
    const first = await collector.take('inventory');
    await collector.take('inventory');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    collector.say({ type: 'look' });
    const { inventory } = await collector.take('inventory');
    expect(inventory.takenAt).toBeGreaterThan(first.inventory.takenAt + 1_000);
  }));
