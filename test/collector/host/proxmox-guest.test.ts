import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseGuest } from '../../../collector/src/host/proxmox/parse-guest.ts';
import { parseStorageConfiguration } from '../../../collector/src/host/proxmox/storage-configuration.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/explain/${name}`, import.meta.url), 'utf8');
const storages = parseStorageConfiguration(`${fixture('storage.cfg')}\ndir: local\n\tpath /var/lib/vz\n`);
const parse = (text: string) => parseGuest({ vmid: '100', text, storages });
const DISK = 'local:100/vm-100-disk-0.qcow2,discard=on';

it('says which disk it left out, so that a source that has it can take that back', () => {
  expect(parse(fixture('100.conf'))).toMatchObject({
    domain: { key: 'proxmox:100', disks: [] },
    findings: [{ subject: 'VM 100, disk scsi0', leftOut: { domain: 'proxmox:100', disk: 'scsi0' } }],
  });
});

it.each([
  ['pc-i440fx-3.1+pve0', 'machine type pc-i440fx-3.1+pve0'],
  ['type=pc-q35-3.1.pxe,viommu=virtio', 'machine type pc-q35-3.1.pxe'],
  ['pc-q35-8.1', null],
])('knows that virtio-blk has no discard on machine: %s, and that virtio-scsi has', (machine, withoutDiscard) => {
  expect(parse(`machine: ${machine}\nvirtio0: ${DISK}\nscsi0: ${DISK}\n`).domain.disks).toMatchObject([
    { id: 'virtio0', withoutDiscard },
    { id: 'scsi0', withoutDiscard: null },
  ]);
});

it('leaves out, and says so, a disk whose writes are thrown away or whose commands QEMU does not see', () => {
  const { domain, passedThrough, findings } = parse(
    `scsi0: ${DISK},snapshot=1\nscsi1: /dev/disk/by-id/ata-x,scsiblock=1\nscsi2: ${DISK}\n`,
  );
  expect(domain.disks.map(({ id }) => id)).toEqual(['scsi2']);
  expect(passedThrough).toMatchObject([{ id: 'scsi1', image: '/dev/disk/by-id/ata-x' }]);
  expect(findings.map(({ subject, sentence }) => `${subject}: ${sentence}`)).toEqual([
    'VM 100, disk scsi0: The disk is opened with snapshot=1: what the guest writes never reaches the image; it is left out.',
    'VM 100, disk scsi1: The disk hands its SCSI commands straight to the device, where QEMU counts none; it is left out.',
  ]);
});

it('says that args: may bring disks, and which PCI devices of the host the guest has', () => {
  const { findings, hostDevices } = parse(
    'args: -cpu host -drive file=/x.raw,if=virtio -global virtio-blk-pci.discard=off\nhostpci0: 0000:01:00.0;0000:01:00.1,pcie=1\nhostpci1: mapping=nvme\nusb0: host=1234:beef\nusb1: spice\n',
  );
  expect(findings).toMatchObject([{ sentence: expect.stringContaining('(-drive, -global)') }]);
  expect(hostDevices.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
    'pci 0000:01:00.0',
    'pci 0000:01:00.1',
    'pci nvme',
    'usb 1234:beef',
  ]);
});
