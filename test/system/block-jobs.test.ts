import { describe, expect, it } from 'vitest';
import type { HostDisk } from '../../collector/src/model/domain.ts';
import type { PausedQemu } from '../collector/host/paused-qemu.ts';
import { count, readGuest, useRealHost } from './real-host.ts';

// A real QEMU with two disks and a job on one of them.

const { run, at, start } = useRealHost();
const MIB = 1024 * 1024;

const blockdev = (name: string) => [
  ...['-blockdev', `driver=file,node-name=${name}-file,filename=${at(`${name}.raw`)},discard=unmap`],
  ...['-blockdev', `driver=raw,node-name=${name},file=${name}-file,discard=unmap`],
  ...['-device', `virtio-blk-pci,id=disk-${name},drive=${name}`],
];
const drive = (name: string) => [
  ...['-drive', `file=${at(`${name}.raw`)},format=raw,if=none,id=${name},discard=unmap`],
  ...['-device', `virtio-blk-pci,id=disk-${name},drive=${name}`],
];

async function startTwo(one: string[], other: string[]): Promise<{ qemu: PausedQemu; disks: readonly HostDisk[] }> {
  for (const name of ['a', 'b']) {
    run('qemu-img', 'create', '-f', 'raw', `${name}.raw`, '16M');
    run('qemu-io', '-f', 'raw', '-c', 'write -P 1 0 16M', at(`${name}.raw`));
  }
  const qemu = await start([...one, ...other]);
  return { qemu, disks: (await readGuest(qemu)).domain.disks };
}

async function countAll(qemu: PausedQemu, disks: readonly HostDisk[]) {
  return Promise.all(disks.map((disk) => count(qemu, disk)));
}

/** As the guest would: through the device's own way into the block graph. */
const discard = (qemu: PausedQemu, id: string) =>
  qemu.monitor(`qemu-io -d /machine/peripheral/${id}/virtio-backend "discard 0 16M"`);

const JOBS: Readonly<Record<string, (qemu: PausedQemu) => Promise<unknown>>> = {
  async backup(qemu) {
    run('qemu-img', 'create', '-f', 'raw', 'copy.raw', '16M');
    await qemu.execute('blockdev-add', { driver: 'file', 'node-name': 'copy', filename: at('copy.raw') });
    await qemu.execute('blockdev-backup', { 'job-id': 'nightly', device: 'a', target: 'copy', sync: 'none' });
  },
  // A byte a second: it will not end while we read.
  mirror: (qemu) =>
    qemu.execute('drive-mirror', {
      'job-id': 'move',
      device: 'a',
      target: at('copy.raw'),
      sync: 'full',
      format: 'raw',
      speed: 1,
    }),
};

describe.each([
  ['backup', blockdev],
  ['backup', drive],
  ['mirror', blockdev],
  ['mirror', drive],
] as const)('a %s on one of two disks', (kind, given) => {
  it('drops the discards of that disk, and is no matter of the other', async () => {
    const { qemu, disks } = await startTwo(given('a'), given('b'));
    await JOBS[kind]?.(qemu);
    const [a, b] = await countAll(qemu, disks);
    expect(a).toMatchObject({ blockJobs: [kind], droppedBy: kind, passedBytes: 0 });
    expect(b).toMatchObject({ blockJobs: [], droppedBy: null, passedBytes: 0 });
    await discard(qemu, 'disk-a');
    await discard(qemu, 'disk-b');
    const [after, other] = await countAll(qemu, disks);
    expect(after?.passedBytes).toBe(0);
    expect(other?.passedBytes).toBe(16 * MIB);
  });
});
