import type { DiscardNode } from '../../model/domain.ts';
import { isOn, type KeyValues, underPrefix } from './key-values.ts';

export type BlockChain =
  | {
      readonly obstacle: null;
      /** As QEMU was given it; may be relative. */
      readonly filename: string;
      readonly format: string | null;
      readonly readOnly: boolean;
      readonly nodes: readonly DiscardNode[];
    }
  /** Why this host has no image to look at, as the end of a sentence. */
  | { readonly obstacle: string };

/**
 * The nodes from the top of a disk's block graph down to the file, by node-name references or nested options.
 *
 * What a node does with a discard when nobody says it depends on how the node came to be [measured, QEMU 7.2]: the top and
 * every node that is referred to by name ignore it; a child given inside its parent's options passes it on
 * (bdrv_inherited_options: "our format drivers … respect unmap policy, so we can default to enable both on lower layers").
 */
export function resolveChain({ top, named }: { top: KeyValues; named: ReadonlyMap<string, KeyValues> }): BlockChain {
  const nodes: DiscardNode[] = [];
  let format: string | null | undefined;
  let readOnly = false;
  let options: KeyValues = top;
  let isNested = false;
  for (let depth = 0; depth < MOST_NODES; depth += 1) {
    const driver = options.get('driver') ?? null;
    const child = findChild(options, named);
    const role = child === null ? 'file' : driver !== null && FILTERS.has(driver) ? 'filter' : 'format';
    const discard = toDiscard(options.get('discard'), isNested);
    nodes.push({ node: options.get('node-name') ?? null, role, discard });
    readOnly ||= isOn(options.get('read-only'));
    if (child === null) {
      const obstacle = findObstacle(driver, options.get('filename'));
      if (obstacle !== null) return { obstacle };
      return {
        obstacle,
        filename: options.get('filename') ?? '',
        format: format === undefined ? 'raw' : format,
        readOnly,
        nodes,
      };
    }
    if (role === 'format' && format === undefined) format = driver;
    if (child.options === null) return { obstacle: `refers to a block node '${child.name}' that does not exist` };
    options = child.options;
    isNested = child.isNested;
  }
  return { obstacle: 'has a block graph that does not end' };
}

/** As QEMU bounds nothing here: more than any real graph, few enough to end a loop. */
const MOST_NODES = 64;

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

/** Drivers whose data is not in their child `file`; other drivers use the same words for other things (rbd's `image`). */
const CHILD_KEYS: Readonly<Record<string, string>> = { blkdebug: 'image', blkverify: 'test' };

interface Child {
  readonly name: string;
  readonly options: KeyValues | null;
  readonly isNested: boolean;
}

function findChild(options: KeyValues, named: ReadonlyMap<string, KeyValues>): Child | null {
  const key = CHILD_KEYS[options.get('driver') ?? ''] ?? 'file';
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

function findObstacle(driver: string | null, filename: string | undefined): string | null {
  if (driver !== 'file' && driver !== 'host_device')
    return `is stored by QEMU's driver '${driver ?? 'unknown'}', not in a file or block device of this host`;
  if (filename === undefined || filename === '') return 'has no file name';
  if (filename.startsWith('/dev/fdset/')) return 'was handed to QEMU as an open file descriptor, without a path';
  return null;
}
