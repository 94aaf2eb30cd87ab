import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import { allMatched, readTruth, toKeys, toTruth, useNamedImages } from './named-images.ts';

// Which image stands behind which disk, by keys, on real guests. Needs root, qemu-system-x86 and the built programs.

const { at, image, disk, extraDisk, untilRows } = useNamedImages();

describe('a guest on pc', () => {
  const LONG = '-serial-longer-than-any-bus-of-a-guest-shows';
  let collector: CollectorUnderTest;
  let guest: Guest;

  beforeAll(async () => {
    collector = await startCollectorProgram({ directory: at('pc-c') });
    guest = await startGuest({
      name: 'id-pc',
      directory: at('pc'),
      memoryMiB: 256,
      disks: [
        await disk('id-plain-one', 'virtio-blk'),
        await disk('id-plain-two', 'virtio-blk'),
        await disk('id-blk', 'virtio-blk', { serial: `blk${LONG}`.slice(0, 30) }),
        await disk('id-nvme', 'nvme', { serial: 'nvme-serial-of-20-ch' }),
        await disk('id-scsi', 'virtio-scsi', { serial: `scsi${LONG}`.slice(0, 36) }),
        await disk('id-wwn', 'virtio-scsi', { wwn: '0x5000c50012345678' }),
        await disk('id-lun-one', 'virtio-scsi', { deviceOptions: 'scsi-id=5,lun=2' }),
        await disk('id-lun-two', 'virtio-scsi', { deviceOptions: 'scsi-id=5,lun=1' }),
      ],
      files: AGENT_FILES,
      onBoot: [agentCommand({ port: collector.agentPort })],
    });
    await collector.untilConnected({ guest: 'id-pc', movement: guest.movement });
  });

  afterAll(async () => {
    await guest?.stop();
    await collector?.[Symbol.asyncDispose]();
  });

  it('has its disks matched by serials, as far as the guest sees them, by WWN, and else by their places', async () => {
    const rows = await untilRows(collector, allMatched(8));
    expect(toTruth(rows)).toEqual(await readTruth(guest));
    expect(toKeys(rows)).toEqual({
      'id-plain-one': 'pci-path',
      'id-plain-two': 'pci-path',
      'id-blk': 'serial',
      'id-nvme': 'serial',
      'id-scsi': 'serial',
      'id-wwn': 'wwn',
      'id-lun-one': 'pci-path',
      'id-lun-two': 'pci-path',
    });
    expect(rows.map(({ unmatched }) => unmatched)).toEqual(rows.map(() => null));
  });

  it('has disks matched that are plugged in while it is connected, and forgets those that are unplugged', async () => {
    for (const [id, device] of [
      ['id-hot-blk', { driver: 'virtio-blk-pci' }],
      ['id-hot-scsi', { driver: 'scsi-hd', bus: 'scsi0.0', 'scsi-id': 9, serial: 'hot' }],
    ] as const) {
      await guest.qmp('blockdev-add', {
        driver: 'raw',
        'node-name': `${id}-format`,
        file: { driver: 'file', filename: await image(id) },
      });
      await guest.qmp('device_add', { ...device, id, drive: `${id}-format` });
    }
    const rows = await untilRows(collector, allMatched(10));
    expect(toTruth(rows)).toEqual(await readTruth(guest));
    expect(toKeys(rows)).toMatchObject({ 'id-hot-blk': 'pci-path', 'id-hot-scsi': 'serial' });

    await guest.qmp('device_del', { id: 'id-hot-scsi' });
    await untilRows(collector, allMatched(9));
    expect(toTruth(await untilRows(collector, allMatched(9)))).toEqual(await readTruth(guest));
  });

  it('follows a live snapshot to the new image', async () => {
    const overlay = at('id-overlay.qcow2');
    await guest.qmp('blockdev-snapshot-sync', {
      'node-name': 'id-plain-one-format',
      'snapshot-file': overlay,
      'snapshot-node-name': 'overlay',
      format: 'qcow2',
    });
    const rows = await untilRows(collector, (seen) => seen.some(({ path }) => path === overlay));
    expect(rows.find(({ path }) => path === overlay)).toMatchObject({
      disk: 'id-plain-one',
      format: 'qcow2',
      matchedBy: 'pci-path',
    });
  });

  it('is matched with nothing while a copy of it runs under the same UUID, and both are named', async () => {
    const still = ['-accel', 'tcg', '-m', '16', '-S', '-nodefaults', '-display', 'none'];
    const words = [
      '--pdeathsig',
      'KILL',
      'qemu-system-x86_64',
      ...still,
      '-name',
      'guest=id-copy',
      '-uuid',
      guest.uuid,
    ];
    const copy = spawn('setpriv', words, { stdio: 'ignore' });
    const ended = once(copy, 'exit');
    try {
      const rows = await untilRows(collector, (seen) => seen.every(({ device }) => device === null));
      expect(rows).toHaveLength(9);
      const { findings } = await collector.status();
      expect(findings).toContainEqual(
        expect.objectContaining({
          sentence: expect.stringMatching(/id-(pc|copy) \(qemu:\d+\) and id-(pc|copy) \(qemu:\d+\)/),
        }),
      );
    } finally {
      copy.kill('SIGKILL');
      await ended;
    }
    await untilRows(collector, allMatched(9));
  });
});

it('a guest on q35 has its disks matched over root ports and bridges, whatever bus numbers the firmware gave', async () => {
  await using collector = await startCollectorProgram({ directory: at('q35-c') });
  const guest = await startGuest({
    name: 'id-q35',
    directory: at('q35'),
    machine: 'q35',
    memoryMiB: 256,
    disks: [],
    files: AGENT_FILES,
    onBoot: [agentCommand({ port: collector.agentPort })],
    qemuArguments: [
      ...['-device', 'pcie-root-port,id=port1,chassis=1,addr=0x5.0,multifunction=on'],
      ...['-device', 'pcie-root-port,id=port2,chassis=2,addr=0x5.1'],
      ...['-device', 'pcie-root-port,id=port3,chassis=3,addr=0x5.2'],
      ...['-device', 'pcie-root-port,id=port4,chassis=4,addr=0x5.3'],
      ...['-device', 'pcie-pci-bridge,id=bridge,bus=port4'],
      ...(await extraDisk({ id: 'id-port-two', device: 'virtio-blk-pci,bus=port2' })),
      ...(await extraDisk({ id: 'id-port-one', device: 'virtio-blk-pci,bus=port1' })),
      ...(await extraDisk({ id: 'id-bridge-one', device: 'virtio-blk-pci,bus=bridge,addr=0x3' })),
      ...(await extraDisk({ id: 'id-bridge-two', device: 'virtio-blk-pci,bus=bridge' })),
      ...['-device', 'virtio-scsi-pci,id=scsi9,bus=port3'],
      ...(await extraDisk({ id: 'id-scsi-one', device: 'scsi-hd,bus=scsi9.0,scsi-id=1' })),
      ...(await extraDisk({ id: 'id-scsi-two', device: 'scsi-hd,bus=scsi9.0' })),
    ],
  });
  try {
    await collector.untilConnected({ guest: 'id-q35', movement: guest.movement });
    const rows = await untilRows(collector, allMatched(6));
    expect(toTruth(rows)).toEqual(await readTruth(guest));
    expect(new Set(Object.values(toKeys(rows)))).toEqual(new Set(['pci-path']));
  } finally {
    await guest.stop();
  }
});

it('a guest with equal SATA disks without serials has them matched by the serials that QEMU made up', async () => {
  await using collector = await startCollectorProgram({ directory: at('sata-c') });
  const disks = await Promise.all(['id-three', 'id-one', 'id-two'].map((id) => disk(id, 'sata')));
  const guest = await startGuest({
    name: 'id-sata',
    directory: at('sata'),
    memoryMiB: 256,
    disks,
    files: AGENT_FILES,
    onBoot: [agentCommand({ port: collector.agentPort })],
  });
  try {
    await collector.untilConnected({ guest: 'id-sata', movement: guest.movement });
    const rows = await untilRows(collector, allMatched(3));
    expect(toTruth(rows)).toEqual(await readTruth(guest));
    expect(new Set(Object.values(toKeys(rows)))).toEqual(new Set(['serial']));
  } finally {
    await guest.stop();
  }
});
