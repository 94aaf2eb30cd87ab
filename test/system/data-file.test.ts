import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { count, images, measure, readGuest, useRealHost } from './real-host.ts';

// A real QEMU with a qcow2 image whose data is in another file.

const { run, at, start } = useRealHost();
const MIB = 1024 * 1024;

const FORMS = {
  'a node of its own': (discard: string) => [
    ...['-blockdev', `driver=file,node-name=d,filename=${at('a.data')},discard=${discard}`],
    ...['-blockdev', `driver=file,node-name=f,filename=${at('a.qcow2')},discard=ignore`],
    ...['-blockdev', 'driver=qcow2,node-name=a,file=f,data-file=d,discard=unmap'],
  ],
  'given inside its parent': (discard: string) => [
    '-blockdev',
    `driver=qcow2,node-name=a,discard=unmap,file.driver=file,file.filename=${at('a.qcow2')},data-file.driver=file,data-file.filename=${at('a.data')}${discard === 'unmap' ? '' : ',data-file.discard=ignore'}`,
  ],
};

function makeImage(...options: string[]): void {
  run('qemu-img', 'create', '-f', 'qcow2', '-o', `data_file=${at('a.data')}${options.join('')}`, 'a.qcow2', '16M');
  run('qemu-io', '-f', 'qcow2', '-c', 'write -P 1 0 16M', at('a.qcow2'));
}

describe.each(Object.entries(FORMS))('a data file as %s', (_, form) => {
  it.each([
    ['unmap', ''],
    ['unmap', ',data_file_raw=on'],
    ['ignore', ''],
  ])('with discard=%s%s is what is measured, and what falls', async (discard, options) => {
    makeImage(options);
    const qemu = await start([...form(discard), '-device', 'virtio-blk-pci,id=disk,drive=a']);
    const [disk] = (await readGuest(qemu)).domain.disks;
    if (disk === undefined) throw new Error('no disk');
    expect(disk).toMatchObject({ image: at('a.qcow2'), dataFile: at('a.data') });
    // The file that has the tables only is none of the guest's way, whatever it does with discards.
    expect(disk.nodes.map((node) => node.discard)).toEqual(['unmap', discard]);
    const image = await measure(disk);
    expect(image).toMatchObject({
      path: at('a.qcow2'),
      dataFile: at('a.data'),
      allocationBytes: 16 * MIB,
      unmeasured: null,
    });
    await qemu.monitor('qemu-io -d /machine/peripheral/disk/virtio-backend "discard 0 16M"');
    const left = discard === 'unmap' ? 0 : 16 * MIB;
    expect((await images.read([image])).get(image.path)?.allocationBytes).toBe(left);
    expect((await count(qemu, disk))?.passedBytes).toBe(16 * MIB - left);
    expect(statSync(at('a.data')).blocks * 512).toBe(left);
  });
});

it('a data file that only the header names is followed if it lies beside an image, and not elsewhere', async () => {
  makeImage();
  const nodes = ['-blockdev', `driver=qcow2,node-name=a,discard=unmap,file.driver=file,file.filename=${at('a.qcow2')}`];
  const qemu = await start([...nodes, '-device', 'virtio-blk-pci,id=disk,drive=a']);
  const [disk] = (await readGuest(qemu)).domain.disks;
  if (disk === undefined) throw new Error('no disk');
  expect(await measure(disk)).toMatchObject({ dataFile: at('a.data'), allocationBytes: 16 * MIB });
  run('qemu-img', 'create', '-f', 'qcow2', '-o', 'data_file=b.data', 'b.qcow2', '16M');
  expect(await measure({ ...disk, image: at('b.qcow2') })).toMatchObject({
    allocationBytes: null,
    unmeasured: expect.stringContaining('its data is in another file'),
  });
});
