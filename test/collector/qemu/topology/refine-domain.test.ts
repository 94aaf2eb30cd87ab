import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TopologyAnswers } from '../../../../collector/src/qemu/topology/block-devices.ts';
import { readBlockDevices } from '../../../../collector/src/qemu/topology/block-devices.ts';
import { askFurther } from '../../../../collector/src/qemu/topology/questions.ts';
import { refineDomain } from '../../../../collector/src/qemu/topology/refine-domain.ts';
import { aDomain, aHostDisk } from '../../correlate/examples.ts';

interface Captured {
  readonly first: [
    { qdev: string; inserted?: { drv: string; image: { filename: string }; 'node-name': string } }[],
    ...unknown[],
  ];
  readonly properties: Record<string, unknown>;
}

const FIXTURE = new URL('../../../fixtures/qmp/q35-bridges.json', import.meta.url);

/** The answers of a real QEMU with root ports, a PCIe-PCI bridge, a PCI bridge, and devices with and without ids. */
function capture(change: (captured: Captured) => void = () => {}): TopologyAnswers {
  const captured = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Captured;
  change(captured);
  const asked = askFurther(captured.first);
  const answers = asked.map(({ arguments: get }) => captured.properties[`${get?.path} ${get?.property}`]);
  return { first: captured.first, further: { asked, answers } };
}

describe('what the running QEMU tells of its disks', () => {
  it('is the way to each over bridges, target and LUN, serial and image, with and without an id', () => {
    const told = readBlockDevices(capture()).map(({ id, bus, pciPath, scsiAddress, serial, image }) => [
      ...[id, bus, pciPath?.join(' ')],
      ...[scsiAddress === null ? null : `${scsiAddress.channel}:${scsiAddress.target}:${scsiAddress.lun}`],
      ...[serial, image],
    ]);
    // As the guest's own /sys had them: 00:03.0/01:00.0, 00:03.1/02:00.0, 00:03.2/03:00.0/04:04.0/05:09.0 and so on.
    expect(told).toEqual([
      ['/machine/peripheral-anon/device[4]/virtio-backend', 'virtio-blk', '04.0', null, null, '/images/i.raw'],
      ['root-disk', 'virtio-blk', '1e.0', null, 'trimtab-root', '/images/root.squashfs'],
      ['a', 'virtio-blk', '03.0 00.0', null, null, '/images/a.raw'],
      ['b', 'virtio-scsi', '03.1 00.0', '0:2:1', null, '/images/b.raw'],
      ['c', 'virtio-scsi', '03.1 00.0', '0:3:0', 'CSER', '/images/c.raw'],
      ['e', 'virtio-blk', '03.2 00.0 04.0 09.0', null, null, '/images/e.raw'],
      ['f', 'nvme', '01.0', null, 'fff', '/images/f.raw'],
      ['/machine/peripheral-anon/device[2]/virtio-backend', 'virtio-blk', '02.0', null, null, '/images/g.raw'],
      ['/machine/peripheral-anon/device[3]', 'virtio-scsi', '03.1 00.0', '0:0:0', null, '/images/h.raw'],
    ]);
  });

  it('asks for nothing that a device does not have: one wrong property would fail all', () => {
    const { asked, answers } = capture().further;
    expect(asked.filter((_, index) => answers[index] === undefined)).toEqual([]);
    expect(asked.every(({ execute }) => execute === 'qom-get')).toBe(true);
  });
});

describe('refineDomain', () => {
  const byIds = aDomain({
    disks: ['a', 'b', 'c', 'e', 'f', 'root-disk'].map((id) => aHostDisk({ id, image: `/images/${id}.raw` })),
  });

  it('adds addresses to what the command line left to QEMU, and the disks that it did not name', () => {
    const { disks } = refineDomain({ domain: byIds, answers: capture() });
    expect(disks.find(({ id }) => id === 'e')).toMatchObject({ pciPath: ['03.2', '00.0', '04.0', '09.0'] });
    expect(disks.slice(6).map(({ id, image, nodes }) => [id, image, nodes])).toEqual([
      ['/machine/peripheral-anon/device[4]/virtio-backend', '/images/i.raw', []],
      ['/machine/peripheral-anon/device[2]/virtio-backend', '/images/g.raw', []],
      ['/machine/peripheral-anon/device[3]', '/images/h.raw', []],
    ]);
  });

  it('leaves out what was unplugged, and follows a live snapshot to the new image', () => {
    const answers = capture(({ first: [blocks] }) => {
      blocks.splice(0, blocks.length, ...blocks.filter(({ qdev }) => qdev !== 'b'));
      const moved = blocks.find(({ qdev }) => qdev === 'c')?.inserted;
      if (moved !== undefined)
        Object.assign(moved, { drv: 'qcow2', 'node-name': '#block999', image: { filename: '/images/overlay.qcow2' } });
    });
    const { disks } = refineDomain({ domain: byIds, answers });
    expect(disks.some(({ id }) => id === 'b')).toBe(false);
    expect(disks.find(({ id }) => id === 'c')).toMatchObject({
      image: '/images/overlay.qcow2',
      format: 'qcow2',
      nodes: [],
    });
  });

  it('finds a configured disk by its image, and learns its device, bus and place', () => {
    const domain = aDomain({
      source: 'static-list',
      disks: [aHostDisk({ id: 'disk 1', bus: 'unknown', image: '/images/b.raw' })],
    });
    expect(refineDomain({ domain, answers: capture() }).disks[0]).toMatchObject({
      id: 'b',
      bus: 'virtio-scsi',
      pciPath: ['03.1', '00.0'],
      scsiAddress: { channel: 0, target: 2, lun: 1 },
    });
  });

  it.each([
    ['json:{"driver": "raw", "file": {"driver": "file", "filename": "/images/x.raw"}}', '/images/x.raw'],
    ['json:{"driver": "raw", "file": {"driver": "nbd", "path": "/run/evil"}}', null],
    ['json:{"driver": "raw", "file": 7}', null],
    ['json:{broken', null],
    ['nbd://somewhere/x', null],
    ['relative.raw', null],
    ['/dev/fdset/3', null],
    [`/${'x'.repeat(5000)}`, null],
  ])('takes an image only where QEMU names a path of this host: %s', (filename, expected) => {
    const answers = capture(({ first: [blocks] }) => {
      const block = blocks.find(({ qdev }) => qdev === 'f');
      if (block?.inserted !== undefined) block.inserted.image.filename = filename;
    });
    expect(readBlockDevices(answers).find(({ id }) => id === 'f')?.image).toBe(expected);
    // The source's word stands where QEMU's is of no use.
    const [kept] = refineDomain({
      domain: aDomain({ disks: [aHostDisk({ id: 'f', image: '/images/f.raw' })] }),
      answers,
    }).disks;
    expect(kept?.image).toBe(expected ?? '/images/f.raw');
  });

  it('refuses answers of another shape', () => {
    const { further } = capture();
    expect(() => refineDomain({ domain: byIds, answers: { first: [{}, [], [], [], []], further } })).toThrow();
  });
});
