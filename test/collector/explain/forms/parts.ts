import type { DomainForm } from './libvirt-domain.ts';

export const Q35 = 'pc-q35-7.2';
export const PC = 'pc-i440fx-7.2';
export const UNMAP = "discard='unmap'";
export const VIRTIO_SCSI = "<controller type='scsi' index='0' model='virtio-scsi'/>";
export const CDROM =
  "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='/iso/install.iso'/><target dev='sdz' bus='sata'/><readonly/></disk>";
export const SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>";

export const serial = (text: string) => `<serial>${text}</serial>`;
export const pci = ({ slot, bus = 0, own = 0 }: { slot: number; bus?: number; own?: number }) =>
  `<address type='pci' domain='0x0000' bus='0x${bus.toString(16)}' slot='0x${slot.toString(16)}' function='0x${own}'/>`;
export const drive = ({ target, unit, bus = 0 }: { target: number; unit: number; bus?: number }) =>
  `<address type='drive' controller='0' bus='${bus}' target='${target}' unit='${unit}'/>`;
export const ports = (...slots: readonly number[]) =>
  `<controller type='pci' index='0' model='pcie-root'/>${slots
    .map(
      (slot, index) =>
        `<controller type='pci' index='${index + 1}' model='pcie-root-port'>${pci({ slot })}</controller>`,
    )
    .join('')}`;

export function guest({
  devices = '',
  more = '',
  ...form
}: Pick<DomainForm, 'name' | 'machine' | 'disks'> & { devices?: string; more?: string }): DomainForm {
  return { ...form, devices, more };
}

export const IMAGES = '/var/lib/libvirt/images';
export const UUIDS = ['2b1e8f04-93c7-4d6b-8a15-6e0d9c7f3b21', '9d47a6c0-18e5-4b3f-b2c9-0f5a7e1d8c64'] as const;
export const host = (name: string, port?: number) =>
  `<host name='${name}'${port === undefined ? '' : ` port='${port}'`}/>`;
export const source = ({ attributes, inside = '' }: { attributes: string; inside?: string }) =>
  `<source ${attributes}>${inside}</source>`;
