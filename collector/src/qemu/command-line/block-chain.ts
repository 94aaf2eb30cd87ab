import type { DiscardNode, HostDisk } from '../../model/domain.ts';
import { isOn, type KeyValues, underPrefix } from './key-values.ts';
import { toNetworkLabel } from './network-storage.ts';

export type BlockChain =
  | {
      readonly kind: 'image';
      /** As QEMU was given it: a path that may be relative, or the label of a network storage. */
      readonly filename: string;
      readonly storage: HostDisk['storage'];
      readonly format: string | null;
      readonly readOnly: boolean;
      readonly nodes: readonly DiscardNode[];
      readonly detectZeroes: HostDisk['detectZeroes'];
      readonly discardNoUnref: boolean;
      /** Where a qcow2 image has the guest's data in another file (`data-file`), that file, as `filename`. */
      readonly dataFile: string | null;
    }
  /** Why this host has no image of it, as the end of a sentence that begins with the disk, and what can be done. */
  | { readonly kind: 'obstacle'; readonly obstacle: string; readonly hint: string };

/**
 * The nodes from the top of a disk's block graph down to the file, by node-name references or nested options.
 *
 * What a node does with a discard when nobody says it depends on how the node came to be [measured, QEMU 7.2]: the top
 * and every node that is referred to by name ignore it; a child given inside its parent's options passes it on
 * (bdrv_inherited_options: "our format drivers … respect unmap policy, so we can default to enable both on lower
 * layers").
 */
export function resolveChain({ top, named }: { top: KeyValues; named: ReadonlyMap<string, KeyValues> }): BlockChain {
  const nodes: DiscardNode[] = [];
  let data: (BlockChain & { kind: 'image' }) | null = null;
  let format: string | null | undefined;
  let readOnly = false;
  let discardNoUnref = false;
  let detectZeroes: HostDisk['detectZeroes'] = null;
  let options: KeyValues = top;
  let isNested = false;
  let isSlice = false;
  for (let depth = 0; depth < MOST_NODES; depth += 1) {
    const driver = options.get('driver') ?? null;
    const child = findChild({ options, named, key: CHILD_KEYS[driver ?? ''] ?? 'file' });
    const role = child === null ? 'file' : driver !== null && FILTERS.has(driver) ? 'filter' : 'format';
    const discard = toDiscard(options.get('discard'), isNested);
    if (data === null) nodes.push({ node: options.get('node-name') ?? null, role, discard });
    readOnly ||= isOn(options.get('read-only'));
    discardNoUnref ||= isOn(options.get('discard-no-unref'));
    isSlice ||= driver === 'raw' && (options.has('offset') || options.has('size'));
    detectZeroes ??= toDetectZeroes(options.get('detect-zeroes'));
    const dataChild = findChild({ options, named, key: 'data-file' });
    if (driver === 'qcow2' && dataChild !== null) {
      const found = resolveDataFile({ child: dataChild, named });
      if (found.kind === 'obstacle') return found;
      data = found;
      // The guest's discards go there; the file below has tables only.
      nodes.push(...found.nodes);
    }
    if (child === null) {
      const label = toNetworkLabel(driver, options);
      if (label === null && !(driver === 'file' || driver === 'host_device')) return unknownDriver(driver);
      const filename = label ?? options.get('filename') ?? '';
      if (filename === '') return { kind: 'obstacle', obstacle: 'has no file name', hint: HAND_MADE };
      if (filename.startsWith('/dev/fdset/')) return HANDED_OVER;
      return {
        kind: 'image',
        filename,
        storage: label !== null ? 'network' : isSlice ? 'part' : isBlockDevice({ driver, filename }) ? 'block' : 'file',
        format: format === undefined ? 'raw' : format,
        readOnly,
        nodes,
        detectZeroes,
        discardNoUnref,
        dataFile: data?.filename ?? null,
      };
    }
    if (role === 'format' && format === undefined) format = driver;
    if (child.options === null)
      return {
        kind: 'obstacle',
        obstacle: `refers to a block node '${child.name}' that does not exist`,
        hint: HAND_MADE,
      };
    options = child.options;
    isNested = child.isNested;
  }
  return { kind: 'obstacle', obstacle: 'has a block graph that does not end', hint: HAND_MADE };
}

/** What to do about a disk that QEMU itself would refuse, or that only its owner can explain. */
export const HAND_MADE =
  'The monitor command `info block` names the image in use; a [[guest]] entry can name it to the collector.';

const HANDED_OVER: BlockChain = {
  kind: 'obstacle',
  obstacle: 'was handed to QEMU as an open file descriptor, without a path',
  hint: 'Name its image in a [[guest]] entry of the configuration, with the uuid of the guest.',
};

function unknownDriver(driver: string | null): BlockChain {
  return {
    kind: 'obstacle',
    obstacle: `is stored by QEMU’s driver '${driver ?? 'unknown'}', which holds no image`,
    hint: HAND_MADE,
  };
}

/** QEMU has no bound of its own: more than any real graph has, few enough to end a loop. */
export const MOST_NODES = 64;

/** docs/interop, qapi/block-core.json BlockdevDriver: drivers that change no data and pass it to one child. */
const FILTERS = new Set([
  'blkdebug',
  'blklogwrites',
  'blkreplay',
  'blkverify',
  'compress',
  'copy-before-write',
  'copy-on-read',
  'preallocate',
  'replication',
  'snapshot-access',
  'throttle',
]);

/**
 * Drivers whose data is not in their child `file`; other drivers use the same words for other things (rbd's `image`).
 */
const CHILD_KEYS: Readonly<Record<string, string>> = { blkdebug: 'image', blkverify: 'test' };

interface Child {
  readonly name: string;
  readonly options: KeyValues | null;
  readonly isNested: boolean;
}

/** A node of its own, or one given inside its parent's options, which passes discards on unless it says otherwise. */
function resolveDataFile({ child, named }: { child: Child; named: ReadonlyMap<string, KeyValues> }): BlockChain {
  if (child.options === null)
    return {
      kind: 'obstacle',
      obstacle: `refers to a block node '${child.name}' that does not exist`,
      hint: HAND_MADE,
    };
  const discard = child.options.get('discard') ?? (child.isNested ? 'unmap' : 'ignore');
  return resolveChain({ top: new Map([...child.options, ['discard', discard]]), named });
}

function findChild({
  options,
  named,
  key,
}: {
  options: KeyValues;
  named: ReadonlyMap<string, KeyValues>;
  key: string;
}): Child | null {
  const name = options.get(key);
  if (name !== undefined) return { name, options: named.get(name) ?? null, isNested: false };
  const nested = underPrefix(options, `${key}.`);
  return nested.size > 0 ? { name: key, options: nested, isNested: true } : null;
}

/** `on` and `off` are -drive's older words for `unmap` and `ignore` (bdrv_parse_discard_flags). */
function toDiscard(value: string | undefined, isNested: boolean): DiscardNode['discard'] {
  if (value === undefined) return isNested ? 'unmap' : 'ignore';
  return value === 'unmap' || value === 'on' ? 'unmap' : 'ignore';
}

function toDetectZeroes(value: string | undefined): HostDisk['detectZeroes'] {
  return value === 'off' || value === 'on' || value === 'unmap' ? value : null;
}

/**
 * QEMU takes `host_device` for a path that is a block device, whatever was said (block/file-posix.c,
 * hdev_probe_device).
 */
function isBlockDevice({ driver, filename }: { driver: string | null; filename: string }): boolean {
  return driver === 'host_device' || (filename.startsWith('/dev/') && !filename.startsWith('/dev/shm/'));
}
