import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { clock } from '../../../collector/src/io/clock.ts';

/** Nobody else has a turn meanwhile. */
function beBusy(forMs: number): void {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
}

it('a timer of a process that was busy strikes after what lay in its sockets was read', async () => {
  const COUNT = 20;
  const peers: Socket[] = [];
  const server = createServer((socket) => peers.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const sockets = Array.from({ length: COUNT }, () => connect(port, '127.0.0.1'));
  while (peers.length < COUNT) await setImmediate();
  const happened: string[] = [];
  const heard = sockets.map(async (socket) => {
    const [said] = await once(socket, 'data');
    happened.push(String(said));
  });
  const late = new Promise<void>((resolve) => {
    clock.after(20, () => {
      happened.push('late');
      resolve();
    });
  });
  for (const peer of peers) peer.end('in time');
  beBusy(60);
  await Promise.all([late, ...heard]);
  server.close();
  expect(happened.at(-1)).toBe('late');
});

it('a timer that is taken back does not strike, also when its time is over', async () => {
  const struck: string[] = [];
  const takeBack = clock.after(5, () => struck.push('taken back before'));
  // Those that run out in one moment do so in this order.
  clock.after(5, () => takeNext());
  const takeNext = clock.after(5, () => struck.push('taken back by the one before'));
  clock.after(5, () => struck.push('the last'));
  takeBack();
  beBusy(30);
  await setTimeout(30);
  expect(struck).toEqual(['the last']);
});

it('a timer strikes where nothing else wakes the process', async () => {
  const script = `
    const { clock } = await import(${JSON.stringify(new URL('../../../collector/src/io/clock.ts', import.meta.url).href)});
    // What wakes it, in the end: V8 does after 8 s, too.
    const alive = setTimeout(() => {}, 20_000);
    const began = performance.now();
    clock.after(50, () => {
      console.log(performance.now() - began < 5_000 ? 'by itself' : 'woken');
      clearTimeout(alive);
    });`;
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script]);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child, 'close');
  expect(said).toBe('by itself\n');
});
