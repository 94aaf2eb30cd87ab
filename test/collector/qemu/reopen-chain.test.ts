import { describe, expect, it } from 'vitest';
import { readNodeOptions } from '../../../collector/src/qemu/reopen/node-options.ts';
import { readReopenChain } from '../../../collector/src/qemu/reopen/reopen-chain.ts';
import { readArgv } from './read-argv.ts';

const chainOf = ({ name, disk }: { name: string; disk: string }) => readReopenChain({ argv: readArgv(name), disk });
const cacheDirect = { direct: true, 'no-flush': false };

describe('the options that blockdev-reopen is given, from the file up', () => {
  it('of libvirt 9: all that its JSON has, with discard=unmap', () => {
    expect(chainOf({ name: 'libvirt-9-hwuuid-chain', disk: 'sata0-0-0' })).toEqual({
      kind: 'nodes',
      nodes: [
        {
          node: 'libvirt-2-storage',
          driver: 'file',
          discard: 'ignore',
          options: {
            driver: 'file',
            filename: '/images/db-wal.raw',
            'node-name': 'libvirt-2-storage',
            'auto-read-only': true,
            discard: 'unmap',
          },
        },
        {
          node: 'libvirt-2-format',
          driver: 'raw',
          discard: 'ignore',
          options: {
            'node-name': 'libvirt-2-format',
            'read-only': false,
            driver: 'raw',
            file: 'libvirt-2-storage',
            discard: 'unmap',
          },
        },
      ],
    });
  });

  it('of libvirt 9 with caches and a backing chain: the cache and the name of the backing node', () => {
    expect(chainOf({ name: 'libvirt-9-shared', disk: 'virtio-disk0' })).toMatchObject({
      nodes: [{}, { options: { backing: 'libvirt-5-format' } }],
    });
    const shared = chainOf({ name: 'libvirt-9-shared', disk: 'scsi0-0-0-0' });
    expect(shared).toMatchObject({
      nodes: [{ options: { cache: cacheDirect } }, { options: { cache: cacheDirect, file: 'libvirt-4-storage' } }],
    });
  });

  it('of Proxmox VE 9: each nested node for itself, the one below by its name', () => {
    const chain = chainOf({ name: 'proxmox-9', disk: 'scsi1' });
    expect(chain).toMatchObject({
      kind: 'nodes',
      nodes: [
        { driver: 'host_device', discard: 'ignore' },
        { driver: 'raw', discard: 'ignore' },
        { node: 'drive-scsi1', driver: 'throttle', discard: 'ignore' },
      ],
    });
    const [file, format, throttle] = chain.kind === 'nodes' ? chain.nodes : [];
    expect(file?.options).toEqual({
      aio: 'io_uring',
      cache: cacheDirect,
      'detect-zeroes': 'on',
      discard: 'unmap',
      driver: 'host_device',
      filename: '/dev/pve/vm-102-disk-1',
      'node-name': 'ea0e6ac7b4a0d4b1b9d1a0a0d2d4e1f',
    });
    expect(format?.options).toMatchObject({ file: file?.node, discard: 'unmap', 'read-only': false });
    expect(throttle?.options).toMatchObject({ file: format?.node, 'throttle-group': 'throttle-drive-scsi1' });
  });

  it('knows which nodes pass discards on already', () => {
    expect(chainOf({ name: 'proxmox-9', disk: 'scsi0' })).toMatchObject({
      nodes: [{ discard: 'unmap' }, { discard: 'unmap' }, {}],
    });
  });
});

describe('why a disk is not repaired', () => {
  it.each([
    ['dotted-blockdev', 'one', /a file node has no node-name/],
    ['dotted-blockdev', 'two', /node two-cor has the driver 'copy-on-read'/],
    ['dotted-blockdev', 'six', /node six has the driver 'luks'/],
    ['libvirt-9-hwuuid-chain', 'scsi0-0-0-1', /has the driver 'rbd'/],
    ['proxmox-8', 'scsi0', /is a -drive/],
  ])('%s %s', (name, disk, obstacle) => {
    expect(chainOf({ name, disk })).toEqual({
      kind: 'obstacle',
      obstacle: expect.stringMatching(obstacle),
      isPlugged: false,
    });
  });

  it('it was plugged in, where every device of the command line has a name', () => {
    expect(chainOf({ name: 'libvirt-9-article', disk: 'plugged' })).toMatchObject({
      obstacle: expect.stringMatching(/not on its QEMU’s command line/),
      isPlugged: true,
    });
    // The device of a bare `-hda` has no name to be known by.
    expect(chainOf({ name: 'hda', disk: 'plugged' })).toMatchObject({ isPlugged: false });
  });

  it('a node that is on itself', () => {
    const argv = [
      'qemu-system-x86_64',
      '-blockdev',
      'raw,node-name=a,file=a',
      '-device',
      'virtio-blk-pci,id=d,drive=a',
    ];
    expect(readReopenChain({ argv, disk: 'd' })).toEqual({
      kind: 'obstacle',
      obstacle: expect.stringContaining('does not end'),
      isPlugged: false,
    });
  });
});

describe('options given as text', () => {
  it('get their types, below dots too', () => {
    const text =
      'driver=qcow2,node-name=a,file=b,read-only=off,cache.direct=on,cache.no-flush=false,l2-cache-size=1048576,overlap-check.template=all,overlap-check.inactive-l2=off,backing=c';
    expect(readNodeOptions(text)).toEqual({
      driver: 'qcow2',
      'node-name': 'a',
      file: 'b',
      backing: 'c',
      'read-only': false,
      cache: { direct: true, 'no-flush': false },
      'l2-cache-size': 1_048_576,
      'overlap-check': { template: 'all', 'inactive-l2': false },
    });
  });

  it('keep a comma of a file name, and text that looks like a number', () => {
    expect(readNodeOptions('file,node-name=7,filename=/images/on,,off')).toEqual({
      driver: 'file',
      'node-name': '7',
      filename: '/images/on,off',
    });
  });

  it.each([
    ['file,node-name=a,new-thing=on', /'new-thing' is not known/],
    ['raw,node-name=a,offset=1M', /'offset=1M' is not a whole number/],
    ['raw,node-name=a,read-only=maybe', /neither on nor off/],
    ['raw,node-name=a,file=b,file.driver=file', /'file' is both/],
  ])('are refused where they cannot be given again as they were: %s', (text, reason) => {
    expect(() => readNodeOptions(text)).toThrow(reason);
  });
});
