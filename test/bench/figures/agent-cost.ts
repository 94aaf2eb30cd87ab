import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type FromGuest, fromGuestCodec, type Inventory, SUBPROTOCOL, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { WebSocket } from 'ws';
import { guestWith } from '../../protocol/causes/guest-with.ts';
import { startCollectorProgram } from '../../support/programs/collector.ts';
import type { Benchmark } from '../benchmark.ts';
import { readMemory } from '../process-facts.ts';

const AGENTS = 4_096;
const AT_ONCE = 32;
/** Longer than a ping and its answer, and than the collector takes for connections to have come to rest. */
const SETTLE_MS = 20_000;

/** All of them are strangers at one address: what a host takes of these is raised by name. */
const BUDGETS = [
  ...['--strangers', `${AGENTS}`, '--strangers-per-address', `${AGENTS}`],
  ...['--stranger-inventories', '64MiB'],
];

/** Agents that are connected, have announced what their guests are, and are idle, beside the collector without them. */
export const agentCost: Benchmark = {
  figures: [{ figure: 'agent-cost', unit: 'KiB', bar: 25, bound: 'at most', decimals: 1 }],
  async measure({ directory, signal, say }) {
    await using collector = await startCollectorProgram({ directory, args: BUDGETS });
    const { pid } = collector.program;
    await delay(SETTLE_MS, undefined, { signal });
    const { residentBytes: alone } = await readMemory(pid);
    const sockets: WebSocket[] = [];
    try {
      while (sockets.length < AGENTS) {
        signal.throwIfAborted();
        const group = Array.from({ length: AT_ONCE }, () => connectAgent(collector.agentPort));
        sockets.push(...(await Promise.all(group)));
        if (sockets.length % 1_024 === 0) say(`${sockets.length} agents are connected`);
      }
      await delay(SETTLE_MS, undefined, { signal });
      const { residentBytes: together } = await readMemory(pid);
      const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
      if (open < AGENTS) throw new Error(`${AGENTS - open} agents were sent away`);
      const against = `the collector alone: ${(alone / 1e6).toFixed(1)} MB; with ${AGENTS}: ${(together / 1e6).toFixed(1)} MB`;
      return { 'agent-cost': { value: (together - alone) / 1024 / AGENTS, against } };
    } finally {
      for (const socket of sockets) socket.terminate();
    }
  },
};

/** Resolves when it was welcome and has announced its guest. */
async function connectAgent(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/agent`, SUBPROTOCOL, { perMessageDeflate: false });
  const send = (message: FromGuest) => socket.send(fromGuestCodec.encode(message));
  await once(socket, 'open');
  const productUuid = randomUUID();
  const guest = { hostname: `guest-${productUuid.slice(0, 8)}`, productUuid, machineId: null, bootId: randomUUID() };
  send({ type: 'hello', ...UNPROVEN, versions: SUPPORTED, agentVersion: '0.0.0-bench', guest });
  await once(socket, 'message');
  send({ type: 'inventory', inventory: INVENTORY });
  return socket;
}

const MOUNTS = ['/', '/boot', '/home', '/srv', '/tmp', '/var'];

/** As most guests are: some partitions on one disk, and a second disk; 2.5 KB as it is sent. */
const INVENTORY: Inventory = guestWith({
  filesystems: MOUNTS.map((mount, index) => ({
    mount,
    source: `/dev/vda${index + 1}`,
    devices: [`vda${index + 1}`],
  })),
  layers: [
    { name: 'vda' },
    { name: 'vdb' },
    ...MOUNTS.map((_, index) => ({ name: `vda${index + 1}`, kind: 'partition' as const, below: ['vda'] })),
  ],
  disks: [{ name: 'vda' }, { name: 'vdb' }],
});
