import type { DiscardLimits, Disk, Filesystem, GuestIdentity, Inventory, Layer } from '@trimtab/protocol';
import { formatBytes } from '@trimtab/protocol/shared';
import { type Line, line, wrap } from './lines.ts';

interface ProbeView {
  readonly inventory: Inventory;
  readonly identity: GuestIdentity;
  /** Whether root asked: only then is what cannot be read really not there. */
  readonly isRoot: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

const NARROWEST = 40;

/** What `trimtab-agent probe` prints: each filesystem, the layers below it, and whether a trim can be tried. */
export function formatProbe({ inventory, identity, isRoot, width }: ProbeView): string {
  const page: Page = {
    width: Math.max(width, NARROWEST),
    layers: new Map(inventory.layers.map((layer) => [layer.name, layer])),
    disks: new Map(inventory.disks.map((disk) => [disk.name, disk])),
  };
  const blocks = [
    describeGuest(identity, isRoot),
    ...inventory.filesystems.map((filesystem) => describeFilesystem(filesystem, page)),
    ...(inventory.filesystems.length === 0 ? [[line(0, 'No filesystem that stores anything is mounted here.')]] : []),
  ];
  const texts = blocks.map((lines) => lines.flatMap((one) => wrap(one, page.width)).join('\n'));
  return `${texts.join('\n\n')}\n`;
}

interface Page {
  readonly width: number;
  readonly layers: ReadonlyMap<string, Layer>;
  readonly disks: ReadonlyMap<string, Disk>;
}

function describeGuest({ hostname, productUuid, machineId }: GuestIdentity, isRoot: boolean): readonly Line[] {
  const none = isRoot ? 'this guest has none of its own' : 'only root may read it, and not every guest has one';
  return [
    line(0, `guest ${hostname}`),
    line(1, `product UUID ${productUuid ?? `- (${none})`}`),
    line(1, `machine id ${machineId ?? '-'}`),
  ];
}

function describeFilesystem(filesystem: Filesystem, page: Page): readonly Line[] {
  const { mount, kind, source, sizeBytes, usedBytes, alsoMountedAt, devices, obstacle } = filesystem;
  const space = sizeBytes === null ? '' : `, ${formatBytes(sizeBytes)}, ${formatBytes(usedBytes)} used`;
  const online = filesystem.discardsOnline ? ', discards as it goes' : '';
  return [
    line(0, `${mount}  ${kind} on ${source}${space}${online}`),
    ...(alsoMountedAt.length > 0 ? [line(1, `also mounted at ${listSome(alsoMountedAt)}`)] : []),
    ...describeChain({ names: devices, depth: 1, page, shown: new Set() }),
    ...(obstacle === null
      ? [line(1, 'can be trimmed (only the host can say what it gets back)')]
      : [line(1, `cannot be trimmed: ${obstacle.sentence}`)]),
    ...(obstacle?.hint ? [line(1, `remedy: ${obstacle.hint}`)] : []),
  ];
}

const SOME = 4;

function listSome(items: readonly string[]): string {
  const rest = items.length - SOME;
  return items.slice(0, SOME).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

interface Chain {
  readonly names: readonly string[];
  readonly depth: number;
  readonly page: Page;
  /** Layers of this filesystem that are on the page already: two volumes may lie on one disk. */
  readonly shown: Set<string>;
}

function describeChain({ names, depth, page, shown }: Chain): readonly Line[] {
  return names.flatMap((name) => {
    const layer = page.layers.get(name);
    if (layer === undefined) return [line(depth, `${name}  unknown`)];
    if (shown.has(name)) return [line(depth, `${name}  (see above)`)];
    shown.add(name);
    return [
      ...describeLayer({ layer, disk: page.disks.get(name), depth }),
      ...describeChain({ names: layer.below, depth: depth + 1, page, shown }),
    ];
  });
}

interface LayerLine {
  readonly layer: Layer;
  readonly disk: Disk | undefined;
  readonly depth: number;
}

function describeLayer({ layer, disk, depth }: LayerLine): readonly Line[] {
  const words = [
    layer.kind,
    ...(layer.label === null || layer.kind === 'loop' ? [] : [layer.label]),
    formatBytes(layer.sizeBytes),
    ...(layer.readOnly ? ['read-only'] : []),
    describeLimits(layer.discard),
  ];
  const marks = disk === undefined ? [] : describeDisk(disk);
  return [line(depth, `${layer.name}  ${words.join(', ')}`), ...marks.map((text) => line(depth + 2, text))];
}

function describeLimits({ granularityBytes, maxBytes, maxHwBytes }: DiscardLimits): string {
  if (granularityBytes === null && maxBytes === null) return 'discards unknown';
  if (granularityBytes === 0 || (maxBytes ?? maxHwBytes) === 0) return 'no discards';
  return `discards ${formatBytes(granularityBytes)} to ${formatBytes(maxBytes)}`;
}

/** Everything by which the host may know a disk again, or that there is nothing. */
function describeDisk({ driver, model, serial, wwn, pciAddress, scsiAddress, backingFile }: Disk): readonly string[] {
  const scsi = scsiAddress && [scsiAddress.host, scsiAddress.channel, scsiAddress.target, scsiAddress.lun].join(':');
  const hardware = [
    driver && backingFile === null && `driver ${driver}`,
    model && `model ${model}`,
    pciAddress && `PCI ${pciAddress}`,
    scsi && `SCSI ${scsi}`,
  ];
  const known = serial !== null || backingFile !== null;
  return [
    hardware.filter(Boolean).join(', '),
    known ? '' : 'no serial',
    serial === null ? '' : `serial ${serial}`,
    wwn === null ? '' : `WWN ${wwn}`,
    backingFile === null ? '' : `file ${backingFile}`,
  ].filter((text) => text !== '');
}
