import { connect } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCommands } from '../../collector/src/io/commands.ts';
import { createQmp } from '../../collector/src/io/qmp-client.ts';
import { parseBlockStats } from '../../collector/src/qemu/block-counters.ts';
import { count, measure, qmp, readGuest, useRealHost } from './real-host.ts';

// Real processes, real sockets, real images; needs root (loop devices), qemu-system-x86 and qemu-utils.

const { run, at, start, afterwards } = useRealHost();
const MIB = 1024 * 1024;
const UUID = '5b0f3c9e-77f6-4a0b-8f53-9b7a3f9c2c11';

const DEVICES = [
  ...['-device', 'virtio-blk-pci,id=root,drive=a,addr=0x5,serial=root-disk'],
  ...['-device', 'virtio-scsi-pci,id=scsi0,addr=0x6'],
  ...['-device', 'scsi-hd,id=data,drive=b,bus=scsi0.0,scsi-id=1,lun=2,serial=data-disk,wwn=0x5000c50015ea71aa'],
  ...['-device', 'scsi-hd,id=kept,drive=c,bus=scsi0.0'],
];
const FORMS = {
  '-drive': [
    ...['-drive', 'file=a.raw,format=raw,if=none,id=a,discard=unmap'],
    ...['-drive', 'file=b.qcow2,format=qcow2,if=none,id=b,discard=on'],
    ...['-drive', 'file=c.qcow2,format=qcow2,if=none,id=c'],
  ],
  '-blockdev by reference': [
    ...['-blockdev', 'driver=file,node-name=a-file,filename=a.raw,discard=unmap'],
    ...['-blockdev', 'driver=raw,node-name=a,file=a-file,discard=unmap'],
    ...['-blockdev', '{"driver":"file","node-name":"b-file","filename":"b.qcow2","discard":"unmap"}'],
    ...['-blockdev', '{"driver":"qcow2","node-name":"b","file":"b-file","discard":"unmap"}'],
    ...['-blockdev', 'driver=file,node-name=c-file,filename=c.qcow2'],
    ...['-blockdev', 'driver=qcow2,node-name=c,file=c-file,discard=unmap'],
  ],
  '-blockdev nested, with a throttle': [
    ...['-object', 'throttle-group,id=limit'],
    ...['-blockdev', 'driver=raw,node-name=a,discard=unmap,file.driver=file,file.filename=a.raw'],
    '-blockdev',
    '{"driver":"throttle","throttle-group":"limit","node-name":"b","discard":"unmap","file":{"driver":"qcow2","file":{"driver":"file","filename":"b.qcow2"}}}',
    ...[
      '-blockdev',
      'driver=throttle,throttle-group=limit,node-name=c,file.driver=qcow2,file.discard=unmap,file.file.driver=file,file.file.filename=c.qcow2',
    ],
  ],
};

describe.each(Object.entries(FORMS))('a QEMU with %s', (_, drives) => {
  beforeEach(() => {
    run('qemu-img', 'create', '-f', 'raw', 'a.raw', '64M');
    run('qemu-img', 'create', '-f', 'qcow2', 'b.qcow2', '64M');
    run('qemu-img', 'create', '-f', 'qcow2', 'c.qcow2', '64M');
  });

  it('is found with its disks, and its counters and images tell where discards end', async () => {
    const qemu = await start(['-name', 'guest=web,debug-threads=on', '-uuid', UUID, ...drives, ...DEVICES]);
    const { domain, findings } = await readGuest(qemu);
    expect(findings).toEqual([]);
    expect(domain).toMatchObject({ key: `qemu:${qemu.pid}`, name: 'web', uuid: UUID, monitors: [qemu.qmpMonitor] });
    const unsaid = {
      detectZeroes: null,
      discardGranularityBytes: null,
      shareable: false,
      withoutDiscard: null,
      discardNoUnref: false,
      setting: null,
      atNextStart: null,
    };
    const common = { readOnly: false, kernelName: null, storage: 'file', ...unsaid };
    expect(domain.disks.map(({ nodes: _, ...disk }) => disk)).toEqual([
      {
        ...common,
        id: 'root',
        bus: 'virtio-blk',
        image: at('a.raw'),
        format: 'raw',
        serial: 'root-disk',
        wwn: null,
        pciPath: ['05.0'],
        scsiAddress: null,
      },
      {
        ...common,
        id: 'data',
        bus: 'virtio-scsi',
        image: at('b.qcow2'),
        format: 'qcow2',
        serial: 'data-disk',
        wwn: '0x5000c50015ea71aa',
        pciPath: ['06.0'],
        scsiAddress: { channel: 0, target: 1, lun: 2 },
      },
      {
        ...common,
        id: 'kept',
        bus: 'virtio-scsi',
        image: at('c.qcow2'),
        format: 'qcow2',
        serial: null,
        wwn: null,
        pciPath: ['06.0'],
        scsiAddress: { channel: 0, target: 0, lun: 0 },
      },
    ]);

    const reached: Record<string, unknown> = {};
    for (const disk of domain.disks) {
      const device = disk.bus === 'virtio-blk' ? `${disk.id}/virtio-backend` : disk.id;
      await qemu.monitor(`qemu-io -d ${device} "write 0 8M"`);
      const before = await measure(disk);
      await qemu.monitor(`qemu-io -d ${device} "discard 0 8M"`);
      const after = await measure(disk);
      const isUnmap = disk.nodes.every(({ discard }) => discard === 'unmap');
      const fellMib = Math.round(((before.allocationBytes ?? 0) - (after.allocationBytes ?? 0)) / MIB);
      reached[disk.id] = { isUnmap, fellMib, capacityBytes: after.capacityBytes, counters: await count(qemu, disk) };
    }
    const counters = { failedDiscards: 0, writtenBytes: expect.any(Number), blockJobs: [], droppedBy: null };
    const capacityBytes = 64 * MIB;
    expect(reached).toEqual({
      // What qemu-io does is not counted as the device's own: 0 where QEMU counts at all.
      root: {
        isUnmap: true,
        fellMib: 8,
        capacityBytes,
        counters: { ...counters, receivedBytes: null, passedBytes: 8 * MIB },
      },
      data: {
        isUnmap: true,
        fellMib: 8,
        capacityBytes,
        counters: { ...counters, receivedBytes: 0, passedBytes: 8 * MIB },
      },
      kept: { isUnmap: false, fellMib: 0, capacityBytes, counters: { ...counters, receivedBytes: 0, passedBytes: 0 } },
    });
  });
});

describe('what QEMU makes up itself', () => {
  it('gives SCSI disks the places that are expected here', async () => {
    const given = ['', ',lun=1', ',scsi-id=1', '', ',scsi-id=1', ',lun=1', ',channel=0,scsi-id=5,lun=7'];
    const disks = given.map((place, index) => {
      run('qemu-img', 'create', '-f', 'raw', `${index}.raw`, '1M');
      const drive = ['-drive', `file=${index}.raw,format=raw,if=none,id=d${index}`];
      return [...drive, '-device', `scsi-hd,id=s${index},drive=d${index}${place}`];
    });
    const qemu = await start(['-device', 'virtio-scsi-pci,id=scsi0', ...disks.flat()]);
    const { domain } = await readGuest(qemu);
    const expected = Object.fromEntries(domain.disks.map(({ id, scsiAddress }) => [id, scsiAddress]));
    const tree = await qemu.monitor('info qtree');
    const real = Object.fromEntries(
      tree
        .split('dev: scsi-hd, id "')
        .slice(1)
        .map((text) => {
          const read = (key: string) => Number(new RegExp(`${key} = (\\d+)`).exec(text)?.[1]);
          return [text.split('"')[0], { channel: read('channel'), target: read('scsi-id'), lun: read('lun') }];
        }),
    );
    expect(expected).toEqual(real);
    expect(Object.keys(real)).toHaveLength(given.length);
  });

  it.each(['pc', 'q35'])('gives drives without an id the names that are expected here, on %s', async (machine) => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) run('qemu-img', 'create', '-f', 'qcow2', name, '1M');
    const rest = [
      '-hdc',
      'b',
      '-drive',
      'file=c,format=qcow2',
      '-drive',
      'file=d,if=virtio',
      '-drive',
      'if=virtio,file=e',
    ];
    const qemu = await start(['a', ...rest], machine);
    const { domain } = await readGuest(qemu);
    const [devices] = await qmp.ask(qemu.qmpMonitor, [{ execute: 'query-blockstats' }]);
    const names = parseBlockStats(devices).map(({ device }) => device);
    expect(domain.disks.map(({ id }) => id).sort()).toEqual([...names].sort());
    expect(names).toHaveLength(5);
  });
});

describe('a QEMU that cannot answer', () => {
  it('is busy while somebody else holds its monitor, and gone when it is killed', async () => {
    const qemu = await start([]);
    const holder = connect(qemu.socketPath);
    afterwards(() => holder.destroy());
    await new Promise((resolve) => holder.once('data', resolve));
    const impatient = createQmp({ commands: createCommands(), greetingMs: 300 });
    const ask = () => impatient.ask(qemu.qmpMonitor, [{ execute: 'query-status' }]);
    // The second waits in the backlog, which is then full for the others.
    const waiting = await Promise.allSettled([ask(), ask(), ask(), ask()]);
    expect(waiting).toMatchObject(Array(4).fill({ status: 'rejected', reason: { detail: { code: 'qmp-busy' } } }));
    await qemu.kill();
    await expect(ask()).rejects.toMatchObject({ detail: { code: 'qmp-gone' } });
  });

  it('tells of a block job that works on its images', async () => {
    run('qemu-img', 'create', '-f', 'raw', 'a.raw', '64M');
    run('qemu-io', '-f', 'raw', '-c', 'write -P 1 0 16M', at('a.raw'));
    const drive = ['-drive', 'file=a.raw,format=raw,if=none,id=a', '-device', 'virtio-blk-pci,id=root,drive=a'];
    const qemu = await start(drive);
    const { domain } = await readGuest(qemu);
    const [disk] = domain.disks;
    if (disk === undefined) throw new Error('no disk');
    expect((await count(qemu, disk))?.blockJobs).toEqual([]);
    // A byte a second: it will not end while we read.
    const mirror = { device: 'a', target: at('copy.raw'), sync: 'full', format: 'raw', speed: 1 };
    await qemu.execute('drive-mirror', mirror);
    expect((await count(qemu, disk))?.blockJobs).toEqual(['mirror']);
  });

  it('says what QEMU says about a command that it refuses', async () => {
    const qemu = await start([]);
    const refused = qmp.ask(qemu.qmpMonitor, [{ execute: 'query-nothing' }]);
    await expect(refused).rejects.toMatchObject({
      detail: { code: 'qmp-error', cause: expect.stringContaining('query-nothing') },
    });
  });

  it('is asked for nothing but queries', async () => {
    const qemu = await start([]);
    await expect(qmp.ask(qemu.qmpMonitor, [{ execute: 'quit' }])).rejects.toMatchObject({
      detail: { code: 'qmp-refused' },
    });
    expect(await qmp.ask(qemu.qmpMonitor, [{ execute: 'query-name' }])).toEqual([{}]);
  });
});
