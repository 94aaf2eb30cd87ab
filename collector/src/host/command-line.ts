import { basename, resolve } from 'node:path/posix';
import type { Finding, HostDisk } from '../model/domain.ts';
import { type BlockChain, resolveChain } from './command-line/block-chain.ts';
import { findController, readDevices, toBus, toPciAddress } from './command-line/devices.ts';
import { type Drive, readDrives } from './command-line/drives.ts';
import { readName, readUuid } from './command-line/identity.ts';
import { type KeyValues, parseKeyValues } from './command-line/key-values.ts';
import { type Machine, readMachine } from './command-line/machine.ts';
import { readQmpSockets } from './command-line/monitors.ts';
import { type QemuOption, readOptions } from './command-line/options.ts';
import { placeScsiDevices } from './command-line/scsi-addresses.ts';

export interface CommandLine {
  readonly name: string | null;
  readonly uuid: string | null;
  readonly qmpSockets: readonly string[];
  readonly disks: readonly HostDisk[];
  readonly findings: readonly Finding[];
}

/**
 * What a QEMU process was started with: its disks as they were then. Disks plugged in later and images that a snapshot
 * moved are not in it. `cwd` resolves relative paths; null when it may not be read. Throws SyntaxError for broken JSON.
 */
export function parseCommandLine({ argv, cwd }: { argv: readonly string[]; cwd: string | null }): CommandLine {
  const options = readOptions(argv);
  const machine = readMachine({ program: basename(argv[0] ?? ''), options });
  const name = readName(options);
  const drives = readDrives({ options, machine });
  const found = [...readDeviceDisks({ options, machine, drives }), ...readDriveDisks({ drives, machine })];
  const disks: HostDisk[] = [];
  const findings: Finding[] = [];
  for (const { disk, chain } of found) {
    const obstacle = chain.obstacle ?? findPathObstacle(chain.filename, cwd);
    if (chain.obstacle !== null || obstacle !== null) {
      const subject = `${name ?? 'a QEMU process'}, disk ${disk.id}`;
      findings.push({ subject, sentence: `The disk ${obstacle}; it is left out.`, hint: null });
      continue;
    }
    const { filename, format, nodes } = chain;
    disks.push({ ...disk, image: resolve(cwd ?? '/', filename), format, readOnly: chain.readOnly, nodes });
  }
  const qmpSockets = readQmpSockets(options).flatMap((path) =>
    findPathObstacle(path, cwd) === null ? [resolve(cwd ?? '/', path)] : [],
  );
  return { name, uuid: readUuid(options), qmpSockets, disks, findings };
}

interface FoundDisk {
  readonly disk: Omit<HostDisk, 'image' | 'format' | 'readOnly' | 'nodes'>;
  readonly chain: BlockChain;
}

interface Given {
  readonly options: readonly QemuOption[];
  readonly machine: Machine;
  readonly drives: readonly Drive[];
}

/** `-device …,drive=` on a `-blockdev` node or a `-drive if=none`. */
function readDeviceDisks({ options, machine, drives }: Given): readonly FoundDisk[] {
  const devices = readDevices(options);
  const nodes = readNamedNodes(options);
  const scsiPlaces = placeScsiDevices(devices);
  return devices.all.flatMap((device) => {
    const source = device.get('drive');
    if (source === undefined) return [];
    const isOnController = /^(?:scsi-|ide-|nvme-ns)/.test(device.get('driver') ?? '');
    const controller = isOnController ? findController(device, devices) : null;
    const bus = toBus(device, controller, machine);
    const drive = drives.find(({ id }) => id === source);
    if (bus === null || drive?.isDisk === false) return [];
    const addressed = bus === 'ide' || bus === 'sata' ? null : isOnController ? controller : device;
    const serialFrom = device.get('driver') === 'nvme-ns' ? controller : device;
    return [
      {
        disk: {
          id: device.get('id') ?? source,
          bus,
          serial: serialFrom?.get('serial') ?? drive?.serial ?? null,
          wwn: device.get('wwn') ?? null,
          pciAddress: addressed === null ? null : toPciAddress(addressed, machine),
          scsiAddress: scsiPlaces.get(device) ?? null,
          kernelName: null,
        },
        chain: isPassedThrough(device) ? PASSED_THROUGH : (drive?.chain ?? toNodeChain(source, nodes)),
      },
    ];
  });
}

/** hw/scsi/scsi-generic.c: discards go to the device as SG_IO requests, past the nodes that count them. */
const PASSED_THROUGH: BlockChain = {
  obstacle: 'hands its SCSI commands straight to the device, where QEMU counts none',
};

function isPassedThrough(device: KeyValues): boolean {
  return device.get('driver') === 'scsi-block' || device.get('driver') === 'scsi-generic';
}

function readNamedNodes(options: readonly QemuOption[]): ReadonlyMap<string, KeyValues> {
  return new Map(
    options
      .filter(({ name }) => name === 'blockdev')
      .map(({ value }) => parseKeyValues({ text: value, impliedKey: 'driver' }))
      .map((node) => [node.get('node-name') ?? '', node] as const),
  );
}

function toNodeChain(node: string, named: ReadonlyMap<string, KeyValues>): BlockChain {
  const top = named.get(node);
  if (top === undefined) return { obstacle: `refers to '${node}', which is neither a -blockdev nor a -drive` };
  return resolveChain({ top, named });
}

/** `-drive if=virtio`, `-hda` and the like: the device comes with the drive, at a place of QEMU's choice. */
function readDriveDisks({ drives, machine }: { drives: readonly Drive[]; machine: Machine }): readonly FoundDisk[] {
  return drives.flatMap((drive) => {
    if (!drive.isDisk || drive.interface === 'none') return [];
    const bus = toDriveBus(drive, machine);
    const { id, serial, chain } = drive;
    return [{ disk: { id, bus, serial, wwn: null, pciAddress: null, scsiAddress: null, kernelName: null }, chain }];
  });
}

function toDriveBus(drive: Drive, machine: Machine): HostDisk['bus'] {
  if (drive.interface === 'virtio') return 'virtio-blk';
  if (drive.interface === 'scsi') return 'scsi';
  return machine.ideUnits === 1 ? 'sata' : 'ide';
}

function findPathObstacle(path: string, cwd: string | null): string | null {
  if (path.startsWith('/') || cwd !== null) return null;
  return `has the relative path '${path}', and the working directory of its QEMU cannot be read`;
}
