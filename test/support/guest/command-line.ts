import type { GuestDisk, GuestOptions } from './guest-options.ts';
import { PROCESSOR } from './processor.ts';

export interface GuestSockets {
  readonly collectorQmp: string;
  readonly testQmp: string;
  readonly shell: string;
}

export interface CommandLine {
  readonly options: GuestOptions & { readonly uuid: string };
  readonly sockets: GuestSockets;
  readonly kernelImage: string;
  readonly initrd: string;
  readonly rootImage: string;
  readonly consoleLog: string;
}

export const KERNEL_COMMAND_LINE =
  'console=ttyS0 quiet panic=0 mitigations=off random.trust_cpu=on tsc=reliable scsi_mod.scan=manual';

/**
 * The arguments for qemu-system-x86_64. Our own devices sit at high PCI addresses, so that disks under test come first.
 */
export function commandLine({ options, sockets, kernelImage, initrd, rootImage, consoleLog }: CommandLine): string[] {
  const { name, uuid, disks, network = true } = options;
  const scsiDisks = disks.filter(({ bus }) => bus === 'virtio-scsi');
  const args = ['-name', `guest=${name},debug-threads=on`, '-uuid', uuid];
  args.push(
    '-qmp',
    `unix:${sockets.collectorQmp},server=on,wait=off`,
    '-qmp',
    `unix:${sockets.testQmp},server=on,wait=off`,
  );
  args.push(
    '-accel',
    'tcg,thread=multi',
    '-cpu',
    [PROCESSOR.model, ...PROCESSOR.features.map((feature) => `+${feature}`)].join(','),
    '-M',
    options.machine ?? 'pc',
    '-m',
    `${options.memoryMiB ?? 512}`,
  );
  args.push('-nodefaults', '-display', 'none', '-serial', `file:${consoleLog}`);
  args.push('-kernel', kernelImage, '-initrd', initrd);
  args.push(
    '-append',
    `${KERNEL_COMMAND_LINE} trimtab.name=${name} trimtab.uuid=${uuid} trimtab.scsi=${scsiDisks.length} ${options.kernelArguments ?? ''}`.trimEnd(),
  );
  args.push(
    '-blockdev',
    JSON.stringify({ driver: 'file', 'node-name': 'root', filename: rootImage, 'read-only': true }),
  );
  args.push('-device', 'virtio-blk-pci,id=root-disk,drive=root,serial=trimtab-root,addr=0x1e');
  args.push('-chardev', `socket,id=shell,path=${sockets.shell},server=on,wait=off`);
  args.push(
    '-device',
    'virtio-serial-pci,id=serial0,addr=0x1d',
    '-device',
    'virtserialport,bus=serial0.0,nr=1,chardev=shell,name=trimtab.test.shell',
  );
  // No boot ROM: it is in a package that QEMU only recommends.
  if (network) args.push('-netdev', 'user,id=net0', '-device', 'virtio-net-pci,netdev=net0,romfile=,addr=0x1c');
  if (scsiDisks.length > 0) args.push('-device', 'virtio-scsi-pci,id=scsi0,addr=0x1b');
  if (disks.some(({ bus }) => bus === 'sata')) args.push('-device', 'ich9-ahci,id=sata0,addr=0x1a');
  let sataPort = 0;
  for (const disk of disks) args.push(...diskArguments({ disk, sataPort: disk.bus === 'sata' ? sataPort++ : null }));
  return [...args, ...(options.qemuArguments ?? [])];
}

/** What opens every luks image of the tests. */
export const LUKS_KEY = 'trimtab';

function diskArguments({ disk, sataPort }: { disk: GuestDisk; sataPort: number | null }): string[] {
  const { id, path, format, discard, fileDiscard = discard, readOnly = false } = disk;
  const common = { 'read-only': readOnly, 'auto-read-only': false };
  const place =
    disk.nbdSocket === undefined
      ? { driver: 'file', filename: path }
      : { driver: 'nbd', server: { type: 'unix', path: disk.nbdSocket } };
  const file = { ...place, 'node-name': `${id}-file`, discard: fileDiscard, ...common };
  const key = format === 'luks' ? { 'key-secret': `${id}-key` } : {};
  const data = disk.dataFile === undefined ? {} : { 'data-file': `${id}-data` };
  const node = { driver: format, 'node-name': `${id}-format`, file: `${id}-file`, discard, ...key, ...data, ...common };
  const top = disk.filter === undefined ? `${id}-format` : `${id}-filter`;
  const device = [deviceOf({ disk, sataPort }), `id=${id}`, `drive=${top}`];
  const serial = disk.serial ?? (disk.bus === 'nvme' ? id : null); // QEMU refuses an NVMe disk without one.
  if (serial !== null) device.push(`serial=${serial}`);
  if (disk.wwn !== undefined) device.push(`wwn=${disk.wwn}`);
  if (disk.deviceOptions !== undefined) device.push(disk.deviceOptions);
  const nodes = [
    ...dataArguments(disk),
    '-blockdev',
    JSON.stringify(file),
    '-blockdev',
    JSON.stringify(node),
    ...filterArguments(disk),
  ];
  const secret = format === 'luks' ? ['-object', `secret,id=${id}-key,data=${LUKS_KEY}`] : [];
  return [...secret, ...nodes, '-device', device.join(',')];
}

function dataArguments({ id, dataFile }: GuestDisk): string[] {
  if (dataFile === undefined) return [];
  const { path: filename, discard } = dataFile;
  return ['-blockdev', JSON.stringify({ driver: 'file', 'node-name': `${id}-data`, filename, discard })];
}

function filterArguments({ id, discard, filter, filterDiscard = discard, readOnly = false }: GuestDisk): string[] {
  if (filter === undefined) return [];
  const group = `${id}-limits`;
  const node = { driver: filter, 'node-name': `${id}-filter`, 'throttle-group': group, file: `${id}-format` };
  return [
    ...['-object', `throttle-group,id=${group}`],
    ...['-blockdev', JSON.stringify({ ...node, discard: filterDiscard, 'read-only': readOnly })],
  ];
}

function deviceOf({ disk, sataPort }: { disk: GuestDisk; sataPort: number | null }): string {
  if (disk.bus === 'virtio-scsi') return 'scsi-hd,bus=scsi0.0';
  if (disk.bus === 'sata') return `ide-hd,bus=sata0.${sataPort}`;
  if (disk.wwn !== undefined)
    throw new Error(`Disk ${disk.id}: a ${disk.bus} disk has no wwn. Use serial, or another bus.`);
  return disk.bus === 'nvme' ? 'nvme' : 'virtio-blk-pci';
}
