import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseCommandLine } from '../../../collector/src/qemu/command-line.ts';

it('is read of the command line that Proxmox VE wrote', () => {
  const argv = readFileSync(new URL('../../fixtures/explain/pve-machine-suffix.argv', import.meta.url), 'utf8');
  expect(parseCommandLine({ argv: argv.trimEnd().split('\n'), cwd: '/' }).disks).toMatchObject([
    { id: 'virtio0', withoutDiscard: 'machine type pc-i440fx-3.1+pve0' },
  ]);
});

it.each([
  ['pc-i440fx-3.1+pve0', 'machine type pc-i440fx-3.1+pve0'],
  ['pc-q35-3.1.pxe', 'machine type pc-q35-3.1.pxe'],
  ['pc-q35-2.11+pve1.pxe', 'machine type pc-q35-2.11+pve1.pxe'],
  ['pc-i440fx-9.2+pve1', null],
  ['pc-i440fx-bionic', null],
])('knows the age of the machine type %s', (type, withoutDiscard) => {
  const argv = ['kvm', '-machine', `type=${type}`, '-drive', 'file=/a.raw,if=none,id=drive-virtio0,format=raw'];
  const device = ['-device', 'virtio-blk-pci,drive=drive-virtio0,id=virtio0'];
  expect(parseCommandLine({ argv: [...argv, ...device], cwd: '/' }).disks).toMatchObject([{ withoutDiscard }]);
});
