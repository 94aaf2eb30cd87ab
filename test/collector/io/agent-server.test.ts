import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '@trimtab/protocol';
import { afterEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { createLine } from '../../../collector/src/coordinate/line.ts';
import { type AgentServer, startAgentServer } from '../../../collector/src/io/agent-server.ts';
import { UPGRADE_TIMEOUT_MS } from '../../../collector/src/io/agents/arrivals.ts';
import type { Line } from '../../../collector/src/ports/line.ts';
import { openKeys } from './keys-under-test.ts';

const sockets: Socket[] = [];
let agent: WebSocket | null = null;
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  agent?.terminate();
});

const place = {
  linesUp() {},
  comesUp() {},
  greets: () => null,
  stands: () => null,
  keeps: () => null,
  waits: () => null,
  done() {},
  free() {},
};
const events = { frame() {}, text() {}, broke() {}, displaced() {}, answered() {}, closed() {} };

/** A server on which `count` connections are open in a moment. */
async function listen(count: number, line: Line = createLine()) {
  let arrived = 0;
  let onArrived = () => {};
  const all = new Promise<void>((resolve) => {
    onArrived = resolve;
  });
  const server = await startAgentServer({
    listen: [{ host: '127.0.0.1', port: 0 }],
    keys: (await openKeys()).keys,
    acceptUnenrolled: false,
    door: {
      findings: () => [],
      enter() {
        arrived += 1;
        if (arrived === count) onArrived();
        return place;
      },
    },
    open: () => events,
    line,
    log: { info() {}, warn() {}, error() {} },
  });
  return { server, all };
}

function dial({ ports }: AgentServer): Socket {
  const socket = connect({ host: '127.0.0.1', port: ports()[0] ?? 0 });
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

it('a stop waits for nobody who is connected and says nothing, or stops in the middle', async () => {
  const { server, all } = await listen(3);
  dial(server);
  dial(server).write('GET /agent HTTP/1.1\r\nhost: a\r\nupg');
  agent = new WebSocket(`ws://127.0.0.1:${server.ports()[0]}/agent`, SUBPROTOCOL);
  agent.on('error', () => {});
  await Promise.all([all, new Promise((resolve) => agent?.once('open', resolve))]);
  // It reads nothing any more, and never answers the close frame.
  agent.pause();
  await server.close();
  expect(server.ports()).toEqual([null]);
});

it('one that stands in line is not late, however long; once it is heard its time begins', {
  timeout: 30_000,
}, async () => {
  const called = Promise.withResolvers<void>();
  const { server } = await listen(2, {
    take: (_rank, work) => called.promise.then(work),
    ahead: (work) => work(),
  });
  const inLine = dial(server);
  inLine.write('GET /agent HTTP/1.1\r\nhost: a\r\nupg');
  const silent = dial(server);
  const beganMs = performance.now();
  await once(silent.resume(), 'close');
  expect(inLine.destroyed).toBe(false);
  called.resolve();
  await once(inLine.resume(), 'close');
  expect(performance.now() - beganMs).toBeGreaterThan(2 * 0.9 * UPGRADE_TIMEOUT_MS);
  await server.close();
});
