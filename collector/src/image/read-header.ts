import { createHash } from 'node:crypto';
import type { Fault } from '@trimtab/protocol/shared';
import type { Commands } from '../ports/commands.ts';
import type { FileStatus, HostFiles } from '../ports/host-files.ts';
import { readBackingChain } from './backing-chain.ts';
import { type HeaderFacts, toPlainFacts } from './header-facts.ts';
import { toSilentPlace, toUnreadable, toUnsafeImage } from './image-faults.ts';
import { LUKS_BYTES, readLuksPayloadOffset } from './luks-header.ts';
import { isQcow2, namesExternalData, parseQcow2Header } from './qcow2-header.ts';
import { INFO_FORMATS, readQemuImgInfo } from './qemu-img-info.ts';
import { readQcow2Header } from './read-qcow2-header.ts';
import { readSnapshotNames } from './snapshot-names.ts';

export interface HeaderRead {
  /** Where it is read. */
  readonly path: string;
  /** From where the names in it lead on: `path`, unless that is a descriptor. */
  readonly named: string;
  /** As configured; null when nobody said. */
  readonly format: string | null;
  readonly status: FileStatus;
  /** Of the container: the file's length, the device's size. */
  readonly lengthBytes: number | null;
  /** May this backing file be opened? */
  mayOpen(path: string): boolean;
}

/**
 * Reads headers: raw has none, those of qcow2 and LUKS are read here, and for the formats that need qemu-img a process
 * is started only when their first bytes changed. Throws a Fault `image-unreadable`, `unsafe-image` or `no-qemu-img`.
 */
export function createHeaderReader({ files, commands }: { files: HostFiles; commands: Commands }) {
  /** By the path of the image. */
  const remembered = new Map<string, { readonly version: string; readonly facts: HeaderFacts }>();
  const snapshots = new Map<string, { readonly version: string; readonly names: readonly string[] }>();

  function toUnread(path: string): Fault {
    const place = files.silentPlace(path);
    return place === null ? toUnreadable(path) : toSilentPlace(place);
  }

  return async (asked: HeaderRead): Promise<HeaderFacts> => {
    const { path, format, status, lengthBytes } = asked;
    if (format === 'raw') return toPlainFacts({ format: 'raw', capacityBytes: lengthBytes });
    if (format === 'luks') return readLuks(asked);
    if (format !== null && format !== 'qcow2' && !INFO_FORMATS.has(format))
      return toPlainFacts({ format, capacityBytes: null });
    const header = await readQcow2Header(files, path);
    if (header === null) throw toUnread(path);
    if (format === null && !isQcow2(header)) return toPlainFacts({ format: 'raw', capacityBytes: lengthBytes });
    if (format === null && namesExternalData(header)) throw toForeignData(path);
    if (format === null || format === 'qcow2') return readQcow2(asked, header);
    const hash = createHash('sha256').update(header).digest('base64');
    const version = `${format} ${status.device}:${status.inode} ${hash}`;
    const last = remembered.get(path);
    if (last?.version === version) return last.facts;
    const facts = await readQemuImgInfo({ commands, path, format });
    remembered.set(path, { version, facts });
    return facts;
  };

  /** The header and its keys come before the guest's data, which takes the rest of the container. */
  async function readLuks({ path, lengthBytes }: HeaderRead): Promise<HeaderFacts> {
    const header = await files.readHead(path, LUKS_BYTES);
    if (header === null) throw toUnread(path);
    const offsetBytes = readLuksPayloadOffset(header);
    const isKnown = offsetBytes !== null && lengthBytes !== null && offsetBytes <= lengthBytes;
    return toPlainFacts({ format: 'luks', capacityBytes: isKnown ? lengthBytes - offsetBytes : null });
  }

  /** A process only when the header has changed: it counts the snapshots and says where their table is. */
  async function recallSnapshots(
    { path, status }: Pick<HeaderRead, 'path' | 'status'>,
    header: Uint8Array,
  ): Promise<readonly string[]> {
    const version = `${status.device}:${status.inode} ${createHash('sha256').update(header).digest('base64')}`;
    const last = snapshots.get(path);
    if (last?.version === version) return last.names;
    const names = await readSnapshotNames({ commands, path });
    snapshots.set(path, { version, names });
    return names;
  }

  async function readQcow2(
    { path, named, status, lengthBytes, mayOpen }: HeaderRead,
    header: Uint8Array,
  ): Promise<HeaderFacts> {
    const { backing, ...facts } = parseQcow2Header({ path, header, lengthBytes });
    const backingChain = await readBackingChain({ files, path: named, status, backing, mayOpen });
    const isNamed = facts.internalSnapshots > 0 && !facts.hasExternalData;
    const snapshotNames = isNamed ? await recallSnapshots({ path, status }, header) : [];
    return { format: 'qcow2', ...facts, snapshotNames, backingChain };
  }
}

/**
 * Where nobody has said that an image is qcow2, it may be a raw disk that the guest has made to look like one: a header
 * that sends the reader to another file is refused then (CVE-2024-4467).
 */
function toForeignData(path: string) {
  return toUnsafeImage({
    path,
    cause: 'nobody said its format, and its header names another file to read data from',
    hint: 'If that is meant, say format=qcow2 in the command line of its QEMU or in [[guest.disk]].',
  });
}
