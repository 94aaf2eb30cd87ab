import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostReader } from '../../../collector/src/host/host-view.ts';
import { createLoopSource } from '../../../collector/src/host/loop-devices.ts';
import { createStaticSource, parseStaticGuests } from '../../../collector/src/host/static-list.ts';
import { answered, type HostSource } from '../../../collector/src/ports/host-source.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { aDomain } from '../correlate/examples.ts';
import { readArgv } from '../qemu/read-argv.ts';
import { processSourceOf } from './host-processes.ts';
import { createHostTree, type HostTree } from './host-tree.ts';

const WEB1 = '4dea22b3-1d52-d8f3-2516-782e98ab3fa0';

let tree: HostTree;
beforeEach(() => {
  tree = createHostTree();
});
afterEach(() => tree.remove());

const run = (pid: number, argv: readonly string[]) => tree.start({ pid, argv });
const read = (raw: unknown = []) =>
  createHostReader({
    sources: [
      processSourceOf(tree.files),
      createLoopSource(tree),
      createStaticSource({ guests: parseStaticGuests({ raw, place: 'collector.toml' }) }),
    ],
    clock: createTestClock(42),
  })();

describe('readHost', () => {
  it('sees nothing on a host that runs nothing', async () => {
    expect(await read()).toEqual({
      takenAt: 42,
      domains: [],
      findings: [],
      sources: [
        { source: 'qemu-process', used: false, sentence: 'no processes in /proc', answeredAt: null },
        { source: 'loop-devices', used: true, sentence: '0 guests', answeredAt: 42 },
        { source: 'static-list', used: false, sentence: 'no [[guest]] in the configuration', answeredAt: null },
      ],
      offSince: new Map(),
      ignoredUsers: [],
    });
  });

  it('says since when a domain is known to be off: since the first reading in a row that said so began', async () => {
    const clock = createTestClock(42);
    let isRunning = false;
    const source: HostSource = {
      source: 'libvirt',
      async read() {
        clock.advance(5);
        return answered([aDomain({ key: 'libvirt:u', isRunning })], []);
      },
    };
    const readHost = createHostReader({ sources: [source], clock });
    expect((await readHost()).offSince).toEqual(new Map([['libvirt:u', 42]]));
    expect((await readHost()).offSince).toEqual(new Map([['libvirt:u', 42]]));
    isRunning = true;
    expect((await readHost()).offSince).toEqual(new Map());
    isRunning = false;
    expect((await readHost()).offSince).toEqual(new Map([['libvirt:u', 57]]));
  });

  it('finds QEMU by its program, under each of its names, and nothing else', async () => {
    run(7, readArgv('libvirt-9-q35'));
    run(12, ['/usr/bin/kvm', '-id', '101']);
    run(100, ['/usr/libexec/qemu-kvm', '-name', 'centos']);
    run(3, ['bash', '-c', 'qemu-system-x86_64 -hda x']);
    run(4, ['/usr/bin/qemu-img', 'info', 'x']);
    tree.write({ path: '/proc/5/cmdline', text: '' });
    const { domains } = await read();
    expect(domains.map(({ key, name, pid }) => [key, name, pid])).toEqual([
      ['qemu:7', 'web1', 7],
      ['qemu:12', 'qemu:12', 12],
      ['qemu:100', 'centos', 100],
    ]);
  });

  it('tells of a command line it cannot understand, and reads the others', async () => {
    run(8, ['qemu-system-x86_64', '-blockdev', '{"driver"']);
    run(9, ['qemu-system-x86_64', '-name', 'fine']);
    const { domains, findings } = await read();
    expect(domains.map(({ name }) => name)).toEqual(['fine']);
    expect(findings).toEqual([
      {
        subject: 'QEMU process 8',
        sentence: expect.stringContaining('the guest is left out'),
        hint: expect.stringContaining('/proc/8/cmdline'),
      },
    ]);
  });

  it('tells of images that QEMU does not write to now', async () => {
    for (const name of ['held', 'moved', 'backing']) tree.write({ path: `/images/${name}.raw`, text: name });
    tree.link({ path: '/proc/20/fd/11', target: '/images/held.raw' });
    tree.write({ path: '/proc/20/fdinfo/11', text: 'pos:\t0\nflags:\t02100002\nmnt_id:\t22\n' });
    tree.link({ path: '/proc/20/fd/12', target: '/images/backing.raw' });
    tree.write({ path: '/proc/20/fdinfo/12', text: 'pos:\t0\nflags:\t02100000\nmnt_id:\t22\n' });
    const drives = ['held', 'moved', 'gone', 'backing'].flatMap((name) => [
      '-drive',
      `file=/images/${name}.raw,format=raw,id=${name}`,
    ]);
    run(20, ['qemu-system-x86_64', '-name', 'web', ...drives]);
    const { domains, findings } = await read();
    expect(domains[0]?.disks).toHaveLength(4);
    expect(findings.map(({ subject }) => subject)).toEqual(['web, disk moved', 'web, disk gone', 'web, disk backing']);
    expect(findings[0]?.sentence).toContain('does not have the file open that is here under this name');
    expect(findings[1]?.sentence).toContain('has no file of this name open');
    expect(findings[2]?.sentence).toContain('open for reading only');
  });

  it('says nothing of open files where they may not be read', async () => {
    run(20, ['qemu-system-x86_64', '-hda', '/images/gone.raw']);
    expect((await read()).findings).toEqual([]);
  });

  it('has the loop devices in use as one guest that shares the kernel', async () => {
    tree.write({ path: '/proc/sys/kernel/random/boot_id', text: '3d3a0ad6-4d4a-4f7c-9d7b-0a9d3c1f2b11\n' });
    tree.write({ path: '/images/a b.img', text: 'x' });
    tree.write({ path: '/sys/block/loop0/size', text: '0\n' });
    tree.write({ path: '/sys/block/loop3/loop/backing_file', text: '/images/a b.img\n' });
    tree.write({ path: '/sys/block/loop3/ro', text: '1\n' });
    tree.write({ path: '/sys/block/loop4/loop/backing_file', text: '/images/old.img (deleted)\n' });
    const { domains, findings } = await read();
    expect(domains).toEqual([
      {
        key: 'loop',
        name: 'this host',
        uuid: null,
        guestUuid: null,
        source: 'loop-devices',
        libvirtUri: null,
        seenBy: ['loop-devices'],
        isRunning: true,
        pid: null,
        monitors: [],
        bootId: '3d3a0ad6-4d4a-4f7c-9d7b-0a9d3c1f2b11',
        disks: [
          {
            id: 'loop3',
            bus: 'loop',
            image: '/images/a b.img',
            storage: 'file',
            format: 'raw',
            readOnly: true,
            serial: null,
            wwn: null,
            pciPath: null,
            scsiAddress: null,
            kernelName: 'loop3',
            nodes: [],
            detectZeroes: null,
            discardGranularityBytes: null,
            withoutDiscard: null,
            discardNoUnref: false,
            setting: null,
            atNextStart: null,
            shareable: false,
          },
        ],
      },
    ]);
    expect(findings).toMatchObject([{ subject: '/dev/loop4', hint: 'losetup --detach /dev/loop4' }]);
    expect(findings[0]?.sentence).toContain('/images/old.img is deleted');
  });

  it('believes a running process before the configuration, and says so', async () => {
    run(7, readArgv('libvirt-9-q35'));
    const { domains, findings } = await read([
      { name: 'web one', uuid: WEB1.toUpperCase(), disk: [{ image: '/images/wrong.raw' }] },
      { name: 'elsewhere', disk: [{ image: '/images/e.raw', discard: 'ignore' }] },
    ]);
    expect(domains.map(({ key }) => key)).toEqual(['qemu:7', 'static:elsewhere']);
    expect(findings).toMatchObject([{ subject: 'web one', hint: 'Remove [[guest]] web one from the configuration.' }]);
  });
});
