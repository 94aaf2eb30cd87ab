import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readComplaint } from '../../../collector/src/qga/libvirt/read-complaint.ts';
import { readGuestInfo } from '../../../collector/src/qga/libvirt/read-guestinfo.ts';
import { parseJson } from '../../../collector/src/qga/parse-json.ts';
import { readDisks, readFilesystems, readInfo, readTrim } from '../../../collector/src/qga/read-answers.ts';
import { readRefusal } from '../../../collector/src/qga/read-refusal.ts';
import { toGuestInfo } from './libvirt-guests.ts';

const address = (more: object = {}) => ({
  'pci-controller': { domain: 0, bus: 1, slot: 31, function: 7 },
  'bus-type': 'sata',
  bus: 2,
  target: 0,
  unit: 0,
  ...more,
});
const filesystem = (more: object = {}) => ({ name: 'sda1', mountpoint: '/', type: 'ext4', disk: [address()], ...more });

describe('an answer of qemu-ga', () => {
  it('of Windows has its own paths and names', () => {
    const value = [
      filesystem({
        name: '\\\\?\\Volume{6a1c3f4e-0000-0000-0000-100000000000}\\',
        mountpoint: 'C:\\',
        type: 'NTFS',
        disk: [address({ serial: 'QM00001', dev: '\\\\.\\PhysicalDrive0' })],
      }),
    ];
    expect(readFilesystems(value)).toEqual([
      {
        mount: 'C:\\',
        kind: 'NTFS',
        name: '\\\\?\\Volume{6a1c3f4e-0000-0000-0000-100000000000}\\',
        sizeBytes: null,
        usedBytes: null,
        disks: [
          {
            target: null,
            serial: 'QM00001',
            pciAddress: '0000:01:1f.7',
            place: { bus: 2, target: 0, unit: 0 },
            busKind: 'sata',
            device: '\\\\.\\PhysicalDrive0',
          },
        ],
      },
    ]);
    expect(readTrim({ paths: [{ path: 'C:\\' }, { path: 'D:\\', error: 'defrag failed' }] })).toEqual([
      { mount: 'C:\\', trimmedBytes: null, error: null },
      { mount: 'D:\\', trimmedBytes: null, error: 'defrag failed' },
    ]);
  });

  it.each([
    [-1, 0, 0, 0],
    [0, 0, 32, 0],
    [0, 256, 0, 0],
    [0, 0, 0, 8],
  ])('has no PCI address at %d:%d:%d.%d', (domain, bus, slot, own) => {
    const unknown = address({ 'pci-controller': { domain, bus, slot, function: own } });
    expect(readFilesystems([filesystem({ disk: [unknown] })])?.[0]?.disks[0]?.pciAddress).toBeNull();
  });

  it('has no place on a controller where the disk has none, or the guest does not know it', () => {
    const disk = [address({ 'bus-type': 'virtio' }), address({ bus: -1 }), address({ 'bus-type': 'nvme' })];
    expect(readFilesystems([filesystem({ disk })])?.[0]?.disks.map(({ place }) => place)).toEqual([null, null, null]);
  });

  it.each([-1, 0.5, 2 ** 53, 1e300, '7', null])('of %j bytes has told of none', (bytes) => {
    expect(readFilesystems([filesystem({ 'used-bytes': bytes })])?.[0]?.usedBytes).toBeNull();
    expect(readTrim({ paths: [{ path: '/', trimmed: bytes }] })?.[0]?.trimmedBytes).toBeNull();
  });

  it.each([
    ['more filesystems than are read', Array.from({ length: 4_097 }, () => filesystem())],
    ['more disks below one', [filesystem({ disk: Array.from({ length: 257 }, () => address()) })]],
    ['a longer path', [filesystem({ mountpoint: `/${'x'.repeat(4_096)}` })]],
    ['a longer kind', [filesystem({ type: 'x'.repeat(257) })]],
    ['no list', { 0: filesystem() }],
    ['nothing', null],
  ])('of %s is none', (_, value) => expect(readFilesystems(value)).toBeNull());

  it('cuts the error of a path', () => {
    const [trimmed] = readTrim({ paths: [{ path: '/', trimmed: 4096, error: 'x'.repeat(1e6) }] }) ?? [];
    expect([trimmed?.trimmedBytes, trimmed?.error?.length]).toEqual([null, 1_000]);
  });

  it('of a trim that tells nothing, as before QEMU 2.4, is none', () => expect(readTrim({})).toBeNull());

  it('without the list of its commands is none, and one that is not in the list is not allowed', () => {
    expect(readInfo({ version: '7.2.22' })).toBeNull();
    const value = { version: '2.3', supported_commands: [{ name: 'guest-fstrim', enabled: true }] };
    expect(readInfo(value)).toEqual({ version: '2.3', allows: { fstrim: true, fsinfo: false } });
  });

  it('tells of what a disk stands on', () => {
    const value = [
      { name: '/dev/dm-0', partition: false, dependencies: ['/dev/vdb', '/dev/sda'], alias: 'vg0-srv' },
      { name: '\\\\.\\PhysicalDrive0', partition: false, address: address({ serial: 'x'.repeat(300) }) },
    ];
    const [volume, disk] = readDisks(value) ?? [];
    expect(volume).toEqual({
      name: '/dev/dm-0',
      isPartition: false,
      dependencies: ['/dev/vdb', '/dev/sda'],
      mapperName: 'vg0-srv',
      address: null,
    });
    expect(disk?.address).toMatchObject({ serial: null, pciAddress: '0000:01:1f.7' });
  });
});

describe('what a program passes on', () => {
  it('nests no deeper than any answer, and is no longer', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parseJson(nested(10))).toBeDefined();
    expect(parseJson(nested(100))).toBeUndefined();
    expect(parseJson(`"${'x'.repeat(5 * 1024 * 1024)}"`)).toBeUndefined();
  });

  it.each([
    ['says that it has more than it shows', { 'fs.count': 3, 'fs.0.mountpoint': '/', 'fs.0.fstype': 'ext4' }],
    ['counts without end', { 'fs.count': '99999999999999999999' }],
    ['counts more than is read', { 'fs.count': 100_000 }],
    [
      'has more disks than are read',
      { 'fs.count': 1, 'fs.0.mountpoint': '/', 'fs.0.fstype': 'x', 'fs.0.disk.count': 257 },
    ],
  ])('is no answer of libvirt where it %s', (_, fields) => expect(readGuestInfo(toGuestInfo(fields))).toBeNull());

  it('is an answer of libvirt where nothing is mounted', () =>
    expect(readGuestInfo(toGuestInfo({ 'fs.count': 0 }))).toEqual({ filesystems: [], disks: null }));
});

it.each([
  ['Command guest-fstrim has been disabled', 'forbids', 'configured not to'],
  ['Command guest-fstrim has been disabled: the command is not allowed', 'forbids', 'configured not to'],
  ['Command guest-fstrim has been disabled: the agent is in frozen state', 'frozen', undefined],
  ['The command guest-fstrim has been disabled for this instance', 'forbids', 'or the filesystems'],
  ['The command guest-fstrim has not been found', 'forbids', 'does not know'],
  ['this feature or command is not currently supported', 'forbids', 'does not know'],
  ['failed to open /: Permission denied', 'error', 'guest-fstrim: failed to open /'],
])('%s: %s', (words, refusal, cause) => {
  const read = readRefusal({ execute: 'guest-fstrim', words });
  expect(read.refusal).toBe(refusal);
  if (cause !== undefined) expect(read.cause).toContain(cause);
});

describe('what libvirt 9.0 complained of, as it was captured', () => {
  const linesOf = (name: string) =>
    readFileSync(new URL(`../../fixtures/qga/libvirt/${name}.err`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.replace(/^error: /, ''));

  it.each([
    ['off-guestinfo', 'off'],
    ['off-domfstrim', 'off'],
    ['not-running-guestinfo', 'not-running'],
    ['not-running-domfstrim', 'not-running'],
    ['frozen-guestinfo', 'frozen'],
    ['frozen-domfstrim', 'frozen'],
    ['forbids-guestinfo', 'forbids'],
    ['forbids-domfstrim', 'forbids'],
  ])('%s is read as %s', (name, refusal) => expect(readComplaint(linesOf(name)).refusal).toBe(refusal));

  it('its answer has both filesystems, and the two disks below the one on LVM by their names on the host', () => {
    const text = readFileSync(new URL('../../fixtures/qga/libvirt/guestinfo.txt', import.meta.url), 'utf8');
    const told = readGuestInfo(text)?.filesystems.map(({ mount, kind, usedBytes, disks }) => [
      mount,
      kind,
      usedBytes,
      disks.map(({ target }) => target),
    ]);
    expect(told).toEqual([
      ['/mnt/lvm', 'ext4', 24_576, ['sda', 'sdb']],
      ['/mnt/blk', 'xfs', 30_388_224, ['vdc']],
    ]);
  });
});
