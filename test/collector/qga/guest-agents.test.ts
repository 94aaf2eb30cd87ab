import { expect, it } from 'vitest';
import type { GuestAgentChannel } from '../../../collector/src/model/guest-agent.ts';
import type { GuestAgentAnswer } from '../../../collector/src/ports/guest-agent.ts';
import type { SocketChannel } from '../../../collector/src/qga/way.ts';
import { agentsWith } from './no-ways.ts';

const channelOf = (path: string): SocketChannel => ({ kind: 'socket', path, qmpPaths: [] });

const ANSWER: GuestAgentAnswer = {
  kind: 'answered',
  version: '7.2.22',
  allows: { fstrim: true, fsinfo: true },
  filesystems: [],
  disks: [],
  withheld: null,
};

/**
 * Sockets on which each question and each trim goes on until it is ended; what was begun and what is over, in order.
 */
function createHeldWay() {
  const events: string[] = [];
  const held = new Map<string, () => void>();
  async function hold(name: string): Promise<void> {
    events.push(`begin ${name}`);
    await new Promise<void>((resolve) => held.set(name, resolve));
    events.push(`end ${name}`);
  }
  return {
    events,
    end: (name: string) => held.get(name)?.(),
    way: {
      ask: async (channels: readonly SocketChannel[]) =>
        Promise.all(channels.map(({ path }) => hold(`ask ${path}`).then(() => ANSWER))),
      trim: async ({ path }: SocketChannel) => hold(`trim ${path}`).then(() => ({ kind: 'untold' }) as const),
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const kinds = (answers: readonly GuestAgentAnswer[]) => answers.map(({ kind }) => kind);

it('a channel that is asked for twice at once is asked once', async () => {
  const { events, end, way } = createHeldWay();
  const asked = agentsWith({ socket: way }).ask([channelOf('/a'), channelOf('/b'), channelOf('/a')]);
  await turn();
  expect(events).toEqual(['begin ask /a', 'begin ask /b']);
  end('ask /a');
  end('ask /b');
  expect(kinds(await asked)).toEqual(['answered', 'answered', 'answered']);
});

it('who asks over a channel waits for those before, and for nobody else', async () => {
  const { events, end, way } = createHeldWay();
  const agents = agentsWith({ socket: way });
  const first = agents.ask([channelOf('/a')]);
  const second = agents.ask([channelOf('/a'), channelOf('/b')]);
  await turn();
  expect(events).toEqual(['begin ask /a', 'begin ask /b']);
  end('ask /a');
  await first;
  await turn();
  expect(events).toEqual(['begin ask /a', 'begin ask /b', 'end ask /a', 'begin ask /a']);
  end('ask /a');
  end('ask /b');
  await second;
});

it('a trim waits for a question, no question for a trim', async () => {
  const { events, end, way } = createHeldWay();
  const agents = agentsWith({ socket: way });
  const asked = agents.ask([channelOf('/a')]);
  await turn();
  const trim = agents.trim(channelOf('/a'), { mayTaint: false });
  await turn();
  expect(events).toEqual(['begin ask /a']);
  expect(kinds(await agents.ask([channelOf('/a')]))).toEqual(['silent']);
  end('ask /a');
  await asked;
  await turn();
  expect(events.at(-1)).toBe('begin trim /a');
  end('trim /a');
  expect(await trim).toEqual({ kind: 'untold' });
});

it('a question that fails unforeseen is thrown, and the next is asked', async () => {
  let fails = true;
  const ask = async () => {
    if (fails) throw new Error('unforeseen');
    return [ANSWER];
  };
  const agents = agentsWith({ socket: { ask, trim: createHeldWay().way.trim } });
  await expect(agents.ask([channelOf('/a')])).rejects.toThrow('unforeseen');
  fails = false;
  expect(kinds(await agents.ask([channelOf('/a')]))).toEqual(['answered']);
});

it.each<GuestAgentChannel>([
  { kind: 'libvirt', uri: 'qemu:///system', domain: 'c0ffee00-0000-4000-8000-000000000001' },
  { kind: 'proxmox', guest: 100 },
])('one that trims is told of as busy over $kind too, and can be asked after it', async (channel) => {
  let end = () => {};
  const way = {
    ask: async () => [ANSWER],
    trim: () =>
      new Promise<{ kind: 'untold' }>((resolve) => {
        end = () => resolve({ kind: 'untold' });
      }),
  };
  const agents = agentsWith({ libvirt: way, proxmox: way });
  const trim = agents.trim(channel, { mayTaint: false });
  const [answer] = await agents.ask([channel]);
  expect(answer?.kind === 'silent' && answer.fault.detail.code).toBe('guest-agent-busy');
  await expect(agents.trim(channel, { mayTaint: false })).rejects.toMatchObject({
    detail: { code: 'guest-agent-busy' },
  });
  end();
  await trim;
  expect(kinds(await agents.ask([channel]))).toEqual(['answered']);
});
