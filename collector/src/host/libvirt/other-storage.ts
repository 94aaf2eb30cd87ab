import type { HostDevice } from '../../model/host-device.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import { attribute, child, children, numberOf, textOf, toPciAddress } from './elements.ts';
import type { XmlElement } from './xml.ts';

/**
 * What may hold a disk of the guest and is no `<disk>`: devices of the host that the guest has as they are, memory that
 * keeps its content, and what `<qemu:commandline>` adds.
 */
export function findOtherStorage({ domain, key, guest }: Given): readonly SourceFinding[] {
  const devices = child(domain, 'devices');
  return [
    ...children(devices, 'hostdev').flatMap((one) => toHostDevice(one, { key, guest })),
    ...children(devices, 'memory').flatMap((one) => toMemory(one, { key, guest })),
    ...toOwnArguments({ domain, key, guest }),
    ...toForeign({ domain, guest }),
  ];
}

/**
 * The PCI and USB devices of the host that the guest has as they are; which of them hold disks the XML does not say.
 */
export function findHostDevices(domain: XmlElement): readonly HostDevice[] {
  return children(child(domain, 'devices'), 'hostdev').flatMap((device): readonly HostDevice[] => {
    const source = child(device, 'source');
    const address = child(source, 'address');
    if (attribute(device, 'type') === 'pci') {
      const pci = toPciAddress(address);
      return pci === null ? [] : [{ kind: 'pci', address: pci }];
    }
    if (attribute(device, 'type') !== 'usb') return [];
    const [vendor, product] = ['vendor', 'product'].map((name) =>
      attribute(child(source, name), 'id')?.replace(/^0x/, ''),
    );
    const place = `bus ${numberOf(address, 'bus') ?? '?'} device ${numberOf(address, 'device') ?? '?'}`;
    return [{ kind: 'usb', address: vendor === undefined ? place : `${vendor}:${product ?? '?'}` }];
  });
}

interface Given {
  readonly domain: XmlElement;
  /** Of the domain. */
  readonly key: string;
  readonly guest: string;
}

/** By the alias, which is the name of the device on the command line, whose finding of the same is then no news. */
function toLeftOut(device: XmlElement, { key, guest }: Pick<Given, 'key' | 'guest'>) {
  const disk = attribute(child(device, 'alias'), 'name');
  return disk === null ? { subject: guest } : { subject: `${guest}, ${disk}`, leftOut: { domain: key, disk } };
}

function toHostDevice(device: XmlElement, owner: Pick<Given, 'key' | 'guest'>): readonly SourceFinding[] {
  const type = attribute(device, 'type');
  if (type === 'scsi') {
    const sentence =
      'A SCSI device of the host is handed to the guest as it is, past the counters of QEMU; if it is a disk, it is left out.';
    return [
      {
        ...toLeftOut(device, owner),
        sentence,
        hint: "Attach it as <disk device='disk'> to have its discards counted.",
      },
    ];
  }
  if (type === 'scsi_host') {
    const sentence = `The SCSI disks of ${attribute(child(device, 'source'), 'wwpn') ?? 'a vhost target'} are served by the kernel of the host (vhost-scsi): QEMU neither stores nor counts; they are left out.`;
    return [{ ...toLeftOut(device, owner), sentence, hint: 'targetcli ls' }];
  }
  return [];
}

function toMemory(memory: XmlElement, owner: Pick<Given, 'key' | 'guest'>): readonly SourceFinding[] {
  const model = attribute(memory, 'model') ?? '';
  if (!/^(?:nvdimm|virtio-pmem)$/.test(model)) return [];
  const path = textOf(child(child(memory, 'source'), 'path')) ?? 'a file';
  const sentence = `${path} is memory of the guest (${model}), a disk /dev/pmem there, which takes no discards; it is left out.`;
  return [{ ...toLeftOut(memory, owner), sentence, hint: 'Attach it as a <disk> to have its space back.' }];
}

/** The options of QEMU that can bring a disk. */
const BRINGS_DISK = /^--?(?:drive|blockdev|device|readconfig|set|global|hd[a-d]|sd|mtdblock|snapshot)$/;

function toOwnArguments({ domain, key, guest }: Given): readonly SourceFinding[] {
  const words = children(child(domain, 'qemu:commandline'), 'qemu:arg').flatMap((arg) => attribute(arg, 'value') ?? []);
  const options = [...new Set(words.filter((word) => BRINGS_DISK.test(word)))];
  if (options.length === 0) return [];
  const sentence = `Its XML adds options of QEMU's own (${options.join(', ')}): what disks they bring or change is known only while it runs, from its command line.`;
  return [{ subject: guest, sentence, hint: 'Look for its disks again when the guest runs.', untilRunning: key }];
}

/** libvirt knows other hypervisors too, whose disks no QEMU counts. */
function toForeign({ domain, guest }: Pick<Given, 'domain' | 'guest'>): readonly SourceFinding[] {
  const type = attribute(domain, 'type') ?? 'of no type';
  if (/^(?:kvm|qemu|hvf)$/.test(type)) return [];
  const sentence = `It is a domain of '${type}' and not of QEMU: what becomes of its discards is not known here.`;
  return [{ subject: guest, sentence, hint: 'Name its disks in a [[guest]] entry of the configuration.' }];
}
