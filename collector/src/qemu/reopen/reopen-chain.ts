import { toCause } from '@trimtab/protocol/shared';
import type { RepairNode } from '../../model/repair.ts';
import { readDevices } from '../command-line/devices.ts';
import { parseKeyValues } from '../command-line/key-values.ts';
import { type QemuOption, readOptions } from '../command-line/options.ts';
import { isOptions, type NodeOptions, readNodeOptions } from './node-options.ts';

/**
 * The nodes of one disk from the file up, each with all that `blockdev-reopen` must be given; or why they cannot be
 * given.
 */
export type ReopenChain =
  | { readonly kind: 'nodes'; readonly nodes: readonly RepairNode[] }
  /** The end of a sentence that begins with the disk. `isPlugged`: it was plugged in after the start. */
  | { readonly kind: 'obstacle'; readonly obstacle: string; readonly isPlugged: boolean };

/**
 * Reads from the command line of a running QEMU what the nodes of a disk were started with. `blockdev-reopen` resets to
 * its default whatever it is not given [measured, QEMU 7.2: cache.direct, offset], so all of it is given again, and
 * only `discard` is changed. `disk` is the device's `id=`, or the name of the node it is on.
 */
export function readReopenChain({ argv, disk }: { argv: readonly string[]; disk: string }): ReopenChain {
  const options = readOptions(argv);
  const top = findTopNode(options, disk);
  if (top === null) {
    const isPlugged = !options.some(makesNamelessDevice);
    const when = isPlugged ? 'it was plugged in later' : 'it was plugged in later, or has no name there';
    return obstacle(`is not on its QEMU’s command line: ${when}`, isPlugged);
  }
  if (options.some(({ name, value }) => name === 'drive' && nameOf({ text: value, key: 'id' }) === top))
    return obstacle('is a -drive: its nodes have no names of their own, and QEMU reopens only what has one');
  try {
    const named = readNamed(options);
    const found = named.get(top);
    if (found === undefined) return obstacle(`is on '${top}', which is no -blockdev of its QEMU`);
    const down = walkDown({ options: readNodeOptions(found), isNested: false }, named);
    const nodes = down.map((node, index) => toRepairNode({ node, below: down[index + 1] ?? null }));
    return { kind: 'nodes', nodes: nodes.reverse() };
  } catch (error) {
    if (error instanceof SyntaxError) return obstacle(`has a node that cannot be given again: ${toCause(error)}`);
    throw error;
  }
}

function obstacle(text: string, isPlugged = false): ReopenChain {
  return { kind: 'obstacle', obstacle: text, isPlugged };
}

/**
 * `-hda`, `-drive` without `if=none`: QEMU makes the device, and no `-device` names it (qemu(1)); or a file may hold
 * the device.
 */
function makesNamelessDevice({ name, value }: QemuOption): boolean {
  if (name !== 'drive') return /^(?:hd[a-d]|sd|mtdblock|readconfig)$/.test(name);
  const place = parseKeyValues({ text: value, impliedKey: 'file' }).get('if');
  return place !== 'none' && place !== 'pflash';
}

function findTopNode(options: readonly QemuOption[], disk: string): string | null {
  const { all, byId } = readDevices(options);
  return (byId.get(disk) ?? all.find((device) => device.get('drive') === disk))?.get('drive') ?? null;
}

/**
 * Unread, by name, and read when they are needed: a node of another disk that cannot be read must not keep this one
 * from a repair.
 */
type NamedNodes = ReadonlyMap<string, string>;

function readNamed(options: readonly QemuOption[]): NamedNodes {
  const nodes = options.filter(({ name }) => name === 'blockdev');
  return new Map(nodes.map(({ value }) => [nameOf({ text: value, key: 'node-name' }) ?? '', value]));
}

function nameOf({ text, key }: { text: string; key: string }): string | null {
  return parseKeyValues({ text, impliedKey: 'driver' }).get(key) ?? null;
}

interface Found {
  readonly options: NodeOptions;
  /**
   * Given inside its parent's options, and then its discard is `unmap` unless it says otherwise
   * (bdrv_inherited_options).
   */
  readonly isNested: boolean;
}

/**
 * Drivers that keep what they are given when they are reopened [measured, QEMU 7.2]; `copy-on-read` refuses, others
 * were not tried.
 */
const REOPENED = new Set(['file', 'host_device', 'raw', 'qcow2', 'throttle']);

/** More than any real graph has; ends a loop. */
export const MOST_NODES = 16;

function walkDown(top: Found, named: NamedNodes): readonly Found[] {
  const nodes: Found[] = [];
  let at: Found | null = top;
  while (at !== null) {
    if (nodes.push(at) > MOST_NODES) throw new SyntaxError('its block graph does not end');
    at = findBelow(at, named);
  }
  return nodes;
}

/** The node below this one, null below the file. Throws SyntaxError for a node that cannot be reopened. */
function findBelow({ options }: Found, named: NamedNodes): Found | null {
  const { driver, 'node-name': name, file } = options;
  if (typeof name !== 'string') throw new SyntaxError(`a ${driver} node has no node-name`);
  if (typeof driver !== 'string' || !REOPENED.has(driver))
    throw new SyntaxError(`node ${name} has the driver '${driver}', which QEMU cannot reopen or nobody has tried to`);
  return file === undefined ? null : findChild({ parent: name, file, named });
}

function findChild({ parent, file, named }: { parent: string; file: unknown; named: NamedNodes }): Found {
  if (isOptions(file)) return { options: file, isNested: true };
  const found = named.get(String(file));
  if (found === undefined) throw new SyntaxError(`node ${parent} is on '${file}', which is no -blockdev`);
  return { options: readNodeOptions(found), isNested: false };
}

function toRepairNode({ node: found, below }: { node: Found; below: Found | null }): RepairNode {
  const { options, isNested } = found;
  const { 'node-name': node, driver, discard } = options;
  const backing = toReference(options.backing, `the backing file of node ${node}`);
  const data = toReference(options['data-file'], `the data file of node ${node}`);
  return {
    node: String(node),
    driver: String(driver),
    discard: discard === 'unmap' || discard === 'on' || (discard === undefined && isNested) ? 'unmap' : 'ignore',
    options: {
      ...options,
      // By its name and not by its options: those are given with the node itself.
      ...(below === null ? {} : { file: below.options['node-name'] }),
      ...(backing === undefined ? {} : { backing }),
      ...(data === undefined ? {} : { 'data-file': data }),
      discard: 'unmap',
    },
  };
}

/** A node by its name; null is an answer too: no backing file, whatever the image says. */
function toReference(value: unknown, what: string): string | null | undefined {
  if (!isOptions(value)) return value as string | null | undefined;
  const name = value['node-name'];
  if (typeof name !== 'string') throw new SyntaxError(`${what} has no node-name`);
  return name;
}
