import { basename, resolve } from 'node:path/posix';
import type { Finding, HostDisk, Monitor } from '../model/domain.ts';
import { type BlockChain, HAND_MADE, resolveChain } from './command-line/block-chain.ts';
import { findController, readDevices, toBus } from './command-line/devices.ts';
import { type Drive, readDrives } from './command-line/drives.ts';
import { readName, readUuids } from './command-line/identity.ts';
import { isOn, type KeyValues, parseKeyValues } from './command-line/key-values.ts';
import { type Machine, readMachine } from './command-line/machine.ts';
import { readQmpSockets } from './command-line/monitors.ts';
import { type QemuOption, readOptions } from './command-line/options.ts';
import { toPciPath } from './command-line/pci-paths.ts';
import { placeScsiDevices } from './command-line/scsi-addresses.ts';

export interface CommandLine {
  readonly name: string | null;
  readonly uuid: string | null;
  readonly guestUuid: string | null;
  readonly monitors: readonly Monitor[];
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
    const subject = `${name ?? 'a QEMU process'}, disk ${disk.id}`;
    if (chain.kind === 'obstacle') {
      findings.push({ subject, sentence: `The disk ${chain.obstacle}; it is left out.`, hint: chain.hint });
      continue;
    }
    const { kind: _, filename, ...rest } = chain;
    if (chain.storage !== 'network' && isHidden(filename, cwd)) {
      const sentence = `The disk has the relative path '${filename}', and the working directory of its QEMU cannot be read; it is left out.`;
      findings.push({ subject, sentence, hint: 'Run the collector as root, or start QEMU with absolute paths.' });
      continue;
    }
    disks.push({ ...disk, ...rest, image: chain.storage === 'network' ? filename : resolve(cwd ?? '/', filename) });
  }
  const sockets = readQmpSockets(options).filter((path) => !isHidden(path, cwd));
  const monitors = sockets.map((path) => ({ kind: 'socket', path: resolve(cwd ?? '/', path) }) as const);
  return { name, ...readUuids(options), monitors, disks, findings };
}

interface FoundDisk {
  readonly disk: Omit<
    HostDisk,
    'image' | 'storage' | 'format' | 'readOnly' | 'nodes' | 'detectZeroes' | 'discardNoUnref'
  >;
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
    const addressed = isOnController ? controller : device;
    const isOnOwnIde = (bus === 'ide' || bus === 'sata') && controller === null;
    const serialFrom = device.get('driver') === 'nvme-ns' ? controller : device;
    return [
      {
        disk: {
          id: device.get('id') ?? source,
          bus,
          serial: serialFrom?.get('serial') ?? drive?.serial ?? null,
          wwn: toWwn(device.get('wwn')),
          pciPath: isOnOwnIde
            ? machine.ownIdePath
            : addressed === null || bus === 'usb'
              ? null
              : toPciPath(addressed, devices, machine),
          scsiAddress: scsiPlaces.get(device) ?? null,
          kernelName: null,
          discardGranularityBytes: toGranularity(device.get('discard_granularity')),
          withoutDiscard: findDiscardOff({ device, bus, machine }),
          setting: null,
          shareable: isOn(device.get('share-rw')),
        },
        chain: isPassedThrough(device) ? PASSED_THROUGH : (drive?.chain ?? toNodeChain(source, nodes)),
      },
    ];
  });
}

/** hw/scsi/scsi-generic.c: discards go to the device as SG_IO requests, past the nodes that count them. */
const PASSED_THROUGH: BlockChain = {
  kind: 'obstacle',
  obstacle: 'hands its SCSI commands straight to the device, where QEMU counts none',
  hint: 'Attach it as scsi-hd (in libvirt device="disk") to have its discards counted.',
};

function isPassedThrough(device: KeyValues): boolean {
  return device.get('driver') === 'scsi-block' || device.get('driver') === 'scsi-generic';
}

/** QEMU takes it as a number of 64 bits, decimal or `0x…`; libvirt's JSON has it in decimal. */
function toWwn(value: string | undefined): string | null {
  if (value === undefined || !/^\d{1,20}$/.test(value)) return value ?? null;
  return `0x${BigInt(value).toString(16).padStart(16, '0')}`;
}

/** QEMU's -1 means: whatever the block layer says. */
function toGranularity(value: string | undefined): number | null {
  const bytes = Number(value ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes >= 0 && bytes < 0xffff_ffff ? bytes : null;
}

/** scsi-hd and ide-hd offer discards if their granularity is not 0; virtio-blk if `discard` is on; NVMe always (measured, QEMU 7.2). */
function findDiscardOff({
  device,
  bus,
  machine,
}: {
  device: KeyValues;
  bus: HostDisk['bus'];
  machine: Machine;
}): string | null {
  if (bus === 'nvme') return null;
  const discard = device.get('discard');
  if (bus !== 'virtio-blk') return device.get('discard_granularity') === '0' ? 'discard_granularity=0' : null;
  if (discard !== undefined) return isOn(discard) ? null : `discard=${discard}`;
  return machine.withoutDiscard;
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
  if (top !== undefined) return resolveChain({ top, named });
  return {
    kind: 'obstacle',
    obstacle: `refers to '${node}', which is neither a -blockdev nor a -drive`,
    hint: HAND_MADE,
  };
}

/** `-drive if=virtio`, `-hda` and the like: the device comes with the drive, at a place of QEMU's choice. */
function readDriveDisks({ drives, machine }: { drives: readonly Drive[]; machine: Machine }): readonly FoundDisk[] {
  return drives.flatMap((drive) => {
    if (!drive.isDisk || drive.interface === 'none') return [];
    const { id, serial, chain } = drive;
    const pciPath = drive.interface === 'ide' ? machine.ownIdePath : null;
    const bus = toDriveBus(drive, machine);
    const withoutDiscard = bus === 'virtio-blk' ? machine.withoutDiscard : null;
    const disk = {
      id,
      bus,
      serial,
      wwn: null,
      pciPath,
      scsiAddress: null,
      kernelName: null,
      discardGranularityBytes: null,
      withoutDiscard,
      setting: null,
      shareable: false,
    };
    return [{ disk, chain }];
  });
}

function toDriveBus(drive: Drive, machine: Machine): HostDisk['bus'] {
  if (drive.interface === 'virtio') return 'virtio-blk';
  if (drive.interface === 'scsi') return 'scsi';
  return machine.ideUnits === 1 ? 'sata' : 'ide';
}

/** A relative path of a QEMU whose working directory cannot be read leads nowhere that is known. */
function isHidden(path: string, cwd: string | null): boolean {
  return cwd === null && !path.startsWith('/');
}
