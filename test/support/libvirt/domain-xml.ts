import type { BootFiles } from '../guest/boot-files.ts';
import { PROCESSOR } from '../guest/processor.ts';

export interface DomainDisk {
  readonly path: string;
  readonly format: 'raw' | 'qcow2';
  readonly bus: 'scsi' | 'virtio' | 'sata';
  /** Of `<driver>`: ` discard='unmap'`. */
  readonly driver?: string;
  /** More children of `<disk>`. */
  readonly more?: string;
}

export interface DomainOptions {
  readonly name: string;
  readonly uuid: string;
  readonly machine: 'pc' | 'q35';
  readonly disks: readonly DomainDisk[];
  /** What the guest for tests boots; without it the guest finds nothing to boot. */
  readonly boot?: BootFiles & { readonly consoleLog: string; readonly shell: string };
  /** More `<devices>`. */
  readonly devices?: string;
  /** Arguments for QEMU that libvirt does not know. */
  readonly qemuArguments?: readonly string[];
}

/** Domain XML in the article's shape: sparse images, and a SCSI controller of model virtio-scsi. */
export function formatDomain({
  name,
  uuid,
  machine,
  disks,
  boot,
  devices = '',
  qemuArguments = [],
}: DomainOptions): string {
  const letters = { scsi: 'sd', virtio: 'vd', sata: 'sd' };
  const shown = disks.map((disk, index) => {
    const { path, format, bus, driver = '', more = '' } = disk;
    const target = `${letters[bus]}${String.fromCharCode(97 + index)}`;
    return `<disk type='file' device='disk'>
      <driver name='qemu' type='${format}'${driver}/>
      <source file='${path}'/>
      <target dev='${target}' bus='${bus}'/>${more}
    </disk>`;
  });
  const features = PROCESSOR.features.map((name) => `<feature policy='require' name='${name}'/>`).join('');
  const extra = qemuArguments.map((argument) => `<qemu:arg value='${argument}'/>`).join('');
  return `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>${name}</name>
  <uuid>${uuid}</uuid>
  <memory unit='MiB'>${boot === undefined ? 64 : 512}</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='${machine}'>hvm</type>
    ${boot === undefined ? '' : `<kernel>${boot.kernelImage}</kernel><initrd>${boot.initrd}</initrd><cmdline>${boot.kernelArguments}</cmdline>`}
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>${PROCESSOR.model}</model>${features}</cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='scsi' index='0' model='virtio-scsi'/>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    ${shown.join('\n    ')}
    ${boot === undefined ? '' : formatBootDevices(boot)}
    ${devices}
  </devices>
  ${extra === '' ? '' : `<qemu:commandline>${extra}</qemu:commandline>`}
</domain>
`;
}

/**
 * The guest's root, its console, the tests' shell and a network without a boot ROM, which is a package that QEMU only
 * recommends.
 */
function formatBootDevices({ rootImage, consoleLog, shell }: NonNullable<DomainOptions['boot']>): string {
  return `<disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='${rootImage}'/>
      <target dev='vdz' bus='virtio'/>
      <readonly/>
      <serial>trimtab-root</serial>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x1e' function='0x0'/>
    </disk>
    <serial type='file'><source path='${consoleLog}'/><target type='isa-serial' port='0'/></serial>
    <channel type='unix'><source mode='bind' path='${shell}'/><target type='virtio' name='trimtab.test.shell'/></channel>
    <interface type='user'><model type='virtio'/><rom enabled='no'/></interface>`;
}
