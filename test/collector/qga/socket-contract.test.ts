import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clock } from '../../../collector/src/io/clock.ts';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createGuestAgentSocket } from '../../../collector/src/io/guest-agent-socket.ts';
import { createQmp } from '../../../collector/src/io/qmp-client.ts';
import { createSocketWay } from '../../../collector/src/qga/socket/socket-way.ts';
import { createWhySilent } from '../../../collector/src/qga/socket/why-silent.ts';
import { describeGuestAgents, type GuestAgentsUnderTest, type GuestState } from '../../contract/guest-agent.ts';
import { holdSocket } from '../../support/qga/held-socket.ts';
import { type Manner, startStandInAgent } from '../../support/qga/stand-in-agent.ts';
import { toSaid } from './agent-answers.ts';
import { agentsWith } from './no-ways.ts';
import { startStandInQmp } from './stand-in-qmp.ts';

const says =
  (state: GuestState) =>
  (execute: string): Manner => ({ kind: 'says', bytes: toSaid(state, execute) });

/** What a QEMU that is asked over QMP knows of its guest, in the states in which nobody answers. */
const BY_QEMU: Partial<Record<GuestState, { isRunning: boolean; isOpen: boolean }>> = {
  off: { isRunning: false, isOpen: true },
  'not-running': { isRunning: true, isOpen: false },
  silent: { isRunning: true, isOpen: true },
};

async function open(): Promise<GuestAgentsUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-qga-'));
  const closing: (() => Promise<unknown>)[] = [];
  let count = 0;
  const newPath = () => {
    count += 1;
    return join(folder, `${count}.sock`);
  };
  const qmp = createQmp({ commands: createCommands() });
  const socket = createGuestAgentSocket({ syncMs: 600 });
  const whySilent = createWhySilent(qmp);
  const agents = agentsWith({ socket: createSocketWay({ socket, whySilent, clock }) });

  async function start(answer: (execute: string) => Manner) {
    const path = newPath();
    const agent = await startStandInAgent({ path, answer });
    closing.push(agent.close);
    return { channel: { kind: 'socket', path, qmpPaths: [] } as const, agent };
  }

  async function startSilent(known: { isRunning: boolean; isOpen: boolean }) {
    const { channel } = await start(() => ({ kind: 'hangs' }));
    const qmpPath = newPath();
    closing.push(await startStandInQmp({ path: qmpPath, channelPath: channel.path, ...known }));
    return { ...channel, qmpPaths: ['/nowhere/qmp.sock', qmpPath] };
  }

  return {
    agents,
    mayTaint: false,
    async guest(state) {
      if (state === 'absent') return null;
      const known = BY_QEMU[state];
      if (known !== undefined) return startSilent(known);
      if (state === 'busy') {
        const path = newPath();
        closing.push((await holdSocket(path)).release);
        return { kind: 'socket', path, qmpPaths: [] };
      }
      if (state === 'gone')
        return (await start((execute) => (execute === 'guest-sync-delimited' ? SYNC : { kind: 'dies' }))).channel;
      return (await start(says(state))).channel;
    },
    async longTrim() {
      let isUnderWay = false;
      let end = () => {};
      const { channel } = await start((execute) => {
        if (execute !== 'guest-fstrim') return says('well')(execute);
        isUnderWay = true;
        const ended = new Promise<string>((resolve) => {
          end = () => resolve(toSaid('well', execute));
        });
        return { kind: 'says-later', bytes: ended };
      });
      return { channel, isUnderWay: () => isUnderWay, end: () => end() };
    },
    async dyingInTrim() {
      return (await start((execute) => (execute === 'guest-fstrim' ? { kind: 'dies' } : says('well')(execute))))
        .channel;
    },
    tells: { version: true, paths: true, disks: true },
    silent: { asked: 'guest-agent-silent', trimmed: 'guest-agent-silent' },
    never: ['absent'],
    async remove() {
      await Promise.all(closing.map((close) => close()));
      rmSync(folder, { recursive: true });
    },
  };
}

const SYNC: Manner = { kind: 'says', bytes: '' };

describeGuestAgents("a socket of QEMU's own", open);
