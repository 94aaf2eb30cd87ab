import { type BlockChain, resolveChain } from './block-chain.ts';
import { isOn, type KeyValues, parseKeyValues } from './key-values.ts';
import type { DriveInterface, Machine } from './machine.ts';
import { toUrlLabel } from './network-storage.ts';
import type { QemuOption } from './options.ts';

export interface Drive {
  /** `id=`, or the name QEMU makes up: `virtio0`, `ide0-hd1`. */
  readonly id: string;
  readonly interface: DriveInterface;
  readonly media: 'cd' | 'hd';
  readonly serial: string | null;
  readonly chain: BlockChain;
}

/** Every `-drive` and its shortcuts (`-hda`, `-cdrom`, a bare file name), in the order of the command line. */
export function readDrives({
  options,
  machine,
}: {
  options: readonly QemuOption[];
  machine: Machine;
}): readonly Drive[] {
  const isSnapshot = options.some(({ name }) => name === 'snapshot');
  const takenUnits = new Set<string>();
  return options.flatMap((option) => {
    const given = toDriveOptions(option);
    if (given === null) return [];
    const driveInterface = toInterface(given.get('if'), machine);
    const media = given.get('media') === 'cdrom' ? 'cd' : 'hd';
    // A slot is taken even by a drive that is left out: the made-up names of the others depend on it.
    const slot = takeSlot({ given, driveInterface, machine, takenUnits });
    return [
      {
        id: given.get('id') ?? toMadeUpName({ driveInterface, media, ...slot }),
        interface: driveInterface,
        media,
        serial: given.get('serial') ?? null,
        chain: toChain(given, isSnapshot),
      },
    ];
  });
}

const SHORTCUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hda: { index: '0', media: 'disk' },
  hdb: { index: '1', media: 'disk' },
  hdc: { index: '2', media: 'disk' },
  hdd: { index: '3', media: 'disk' },
  cdrom: { index: '2', media: 'cdrom' },
  sd: { if: 'sd' },
  mtdblock: { if: 'mtd' },
  pflash: { if: 'pflash' },
  fda: { if: 'floppy', index: '0' },
  fdb: { if: 'floppy', index: '1' },
};

function toDriveOptions({ name, value }: QemuOption): KeyValues | null {
  if (name === 'drive') return parseKeyValues({ text: value, impliedKey: 'file' });
  const shortcut = SHORTCUTS[name];
  return shortcut === undefined ? null : new Map([...Object.entries(shortcut), ['file', value]]);
}

function toInterface(given: string | undefined, machine: Machine): DriveInterface {
  if (given === undefined) return machine.defaultInterface;
  return INTERFACES.find((one) => one === given) ?? 'unknown';
}

const INTERFACES = ['ide', 'virtio', 'scsi', 'sd', 'xen', 'mtd', 'pflash', 'floppy', 'none'] as const;

interface Slot {
  readonly bus: number;
  readonly unit: number;
  readonly unitsPerBus: number;
}

/** Which bus and unit a drive gets: drive_new and drive_index_to_bus_id in QEMU's blockdev.c. */
function takeSlot({
  given,
  driveInterface,
  machine,
  takenUnits,
}: {
  given: KeyValues;
  driveInterface: DriveInterface;
  machine: Machine;
  takenUnits: Set<string>;
}): Slot {
  const unitsPerBus = driveInterface === 'ide' ? machine.ideUnits : driveInterface === 'scsi' ? 7 : 0;
  const index = Number(given.get('index') ?? Number.NaN);
  let bus = Number(given.get('bus') ?? 0);
  let unit = Number(given.get('unit') ?? Number.NaN);
  if (Number.isInteger(index)) {
    bus = unitsPerBus > 0 ? Math.floor(index / unitsPerBus) : 0;
    unit = unitsPerBus > 0 ? index % unitsPerBus : index;
  }
  if (!Number.isInteger(unit)) {
    unit = 0;
    while (takenUnits.has(`${driveInterface} ${bus} ${unit}`)) {
      unit += 1;
      if (unitsPerBus > 0 && unit >= unitsPerBus) {
        unit -= unitsPerBus;
        bus += 1;
      }
    }
  }
  takenUnits.add(`${driveInterface} ${bus} ${unit}`);
  return { bus, unit, unitsPerBus };
}

function toMadeUpName({
  driveInterface,
  media,
  bus,
  unit,
  unitsPerBus,
}: Slot & { driveInterface: DriveInterface; media: 'cd' | 'hd' }): string {
  return unitsPerBus > 0 ? `${driveInterface}${bus}-${media}${unit}` : `${driveInterface}${unit}`;
}

function toChain(given: KeyValues, isSnapshot: boolean): BlockChain {
  if (isSnapshot || isOn(given.get('snapshot')))
    return {
      kind: 'obstacle',
      obstacle: 'is opened with snapshot=on: what the guest writes never reaches the image',
      hint: 'Start QEMU without snapshot=on, if the guest shall keep what it writes.',
    };
  const top = new Map(given);
  top.delete('file');
  top.delete('driver');
  const format = given.get('format') ?? given.get('driver');
  if (format !== undefined) top.set('driver', format);
  const readOnly = given.get('readonly');
  if (readOnly !== undefined) top.set('read-only', readOnly);
  const file = given.get('file');
  if (file?.startsWith('json:') === true) {
    // The options of the node itself (parse_json_protocol in QEMU's block.c); what -drive says besides goes first.
    const written = parseKeyValues({ text: file.slice('json:'.length), impliedKey: 'driver' });
    return resolveChain({ top: new Map([...written, ...top]), named: new Map() });
  }
  if (file !== undefined) {
    const scheme = /^([^/:]+):/.exec(file)?.[1];
    const label = scheme === undefined ? null : toUrlLabel({ scheme, url: file });
    if (label !== null) return toNetworkChain({ top, label, format: format ?? null });
    if (scheme !== undefined && scheme !== 'file')
      return {
        kind: 'obstacle',
        obstacle: `is opened through '${scheme}:', which is not a file or block device of this host`,
        hint: 'Give QEMU the path of the image itself, or name it in a [[guest]] entry of the configuration.',
      };
    top.set('file.filename', scheme === undefined ? file : file.slice('file:'.length));
  }
  if (top.has('file.filename') && !top.has('file.driver')) top.set('file.driver', 'file');
  return resolveChain({ top, named: new Map() });
}

/** A -drive on a URL has the nodes of any other: a format, and below it the storage, which inherits its discard. */
function toNetworkChain({ top, label, format }: { top: KeyValues; label: string; format: string | null }): BlockChain {
  const like = new Map(top);
  like.set('file.driver', 'file');
  like.set('file.filename', '/');
  const chain = resolveChain({ top: like, named: new Map() });
  return chain.kind === 'obstacle' ? chain : { ...chain, filename: label, storage: 'network', format };
}
