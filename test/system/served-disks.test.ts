import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createReadImages } from '../../collector/src/conduct/survey/read-images.ts';
import { clock } from '../../collector/src/io/clock.ts';
import { createServedDisks } from '../../collector/src/qemu/servers/served-disks.ts';
import { processesOf } from '../collector/host/host-processes.ts';
import { files, images, measure, readGuest, useRealHost } from './real-host.ts';

// Real qemu-nbd and qemu-storage-daemon, and a real QEMU that has its disk from them.

const { run, at, start, afterwards } = useRealHost();
const MIB = 1024 * 1024;

async function serve(program: string, ...args: string[]): Promise<number> {
  const child = spawn(program, args, { stdio: 'ignore' });
  afterwards(() => child.kill('SIGKILL'));
  const untilMs = performance.now() + 10_000;
  while (!existsSync(at('n.sock'))) {
    if (performance.now() > untilMs) throw new Error(`${program} does not listen`);
    await delay(20);
  }
  return child.pid ?? 0;
}

function makeImage(): void {
  run('qemu-img', 'create', '-f', 'raw', 'a.raw', '16M');
  run('qemu-io', '-f', 'raw', '-c', 'write -P 1 0 16M', at('a.raw'));
}

const client = (exportName = '') => [
  '-blockdev',
  `driver=nbd,node-name=n,server.type=unix,server.path=${at('n.sock')},discard=unmap${exportName === '' ? '' : `,export=${exportName}`}`,
  ...['-blockdev', 'driver=raw,node-name=a,file=n,discard=unmap', '-device', 'virtio-blk-pci,id=disk,drive=a'],
];

async function followed(args: readonly string[]) {
  const qemu = await start(args);
  const { domain } = await readGuest(qemu);
  const [disk] = (await createServedDisks({ files, clock, processes: processesOf(files) }).follow(domain)).disks;
  if (disk === undefined) throw new Error('no disk');
  return { qemu, disk };
}

const daemon = (discard: string) => [
  ...['--blockdev', `driver=file,node-name=f,filename=${at('a.raw')},discard=${discard}`],
  ...['--blockdev', `driver=raw,node-name=r,file=f,discard=unmap`],
  ...[
    '--nbd-server',
    `addr.type=unix,addr.path=${at('n.sock')}`,
    '--export',
    'type=nbd,id=e,node-name=r,name=disk,writable=on',
  ],
];

describe.each([
  ['qemu-nbd', 'unmap', () => ['-k', at('n.sock'), '-t', '-f', 'raw', '--discard=unmap', at('a.raw')], ''],
  ['qemu-nbd', 'ignore', () => ['-k', at('n.sock'), '-t', '-f', 'raw', at('a.raw')], ''],
  ['qemu-storage-daemon', 'unmap', () => daemon('unmap'), 'disk'],
  ['qemu-storage-daemon', 'ignore', () => daemon('ignore'), 'disk'],
] as const)('a disk from %s that has discard=%s', (program, discard, args, exportName) => {
  it('has its image and the server’s setting, and falls as that says', async () => {
    makeImage();
    const pid = await serve(program, ...args());
    const { qemu, disk } = await followed(client(exportName));
    expect(disk).toMatchObject({ image: at('a.raw'), storage: 'file', format: 'raw', server: { program, pid } });
    const ignored = disk.nodes.filter((node) => node.discard === 'ignore');
    expect(ignored.every(({ role }) => role === 'server')).toBe(true);
    expect(ignored.length > 0).toBe(discard === 'ignore');
    // In its pool, of which it is counted like any other.
    const [reading] = (await createReadImages({ files, images })([disk])).readings;
    expect(reading?.state).toMatchObject({
      capacityBytes: 16 * MIB,
      allocationBytes: 16 * MIB,
      pool: expect.stringMatching(/^\//),
    });
    await qemu.monitor('qemu-io -d /machine/peripheral/disk/virtio-backend "discard 0 16M"');
    expect((await measure(disk)).allocationBytes).toBe(discard === 'unmap' ? 0 : 16 * MIB);
  });
});

it('a disk of vhost-user-blk has the image and the nodes of the daemon behind its socket', async () => {
  makeImage();
  const exported = `type=vhost-user-blk,id=e,node-name=f,writable=on,addr.type=unix,addr.path=${at('n.sock')}`;
  const node = `driver=file,node-name=f,filename=${at('a.raw')},discard=unmap`;
  const pid = await serve('qemu-storage-daemon', '--blockdev', node, '--export', exported);
  const { disk } = await followed([
    ...['-object', 'memory-backend-memfd,id=shared,size=128M,share=on', '-m', '128'],
    ...['-machine', 'memory-backend=shared', '-chardev', `socket,id=c,path=${at('n.sock')}`],
    ...['-device', 'vhost-user-blk-pci,id=disk,chardev=c'],
  ]);
  expect(disk).toMatchObject({
    id: 'disk',
    image: at('a.raw'),
    storage: 'file',
    nodes: [{ node: 'f', role: 'server', discard: 'unmap' }],
    server: { program: 'qemu-storage-daemon', pid },
  });
});
