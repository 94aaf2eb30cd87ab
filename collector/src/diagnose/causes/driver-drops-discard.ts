import { quote } from '@trimtab/protocol/causes';
import { isSome } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { describeSent, passedEvidence, powerOff } from '../wording.ts';
import { findIgnoringNode } from './ignoring-nodes.ts';

/** QEMU's drivers without bdrv_co_pdiscard that hold a guest's disk. */
const NO_PDISCARD: ReadonlySet<string> = new Set([
  'vdi',
  'vmdk',
  'vhdx',
  'vpc',
  'qcow',
  'qed',
  'dmg',
  'bochs',
  'cloop',
]);

/** `if (!bs->drv->bdrv_co_pdiscard) return 0;` (block/io.c): success, and nothing done. */
export const driverDropsDiscard: HostCause = {
  id: 'driver-drops-discard',
  hop: 'passed',
  effect: 'lost',
  title: 'QEMU’s driver for this format or storage has no discard: it drops it and reports success.',
  why: 'A block driver without bdrv_co_pdiscard answers a discard with success (block/io.c). Of the formats: vdi, vmdk, vhdx, vpc, qcow and qed; of the storage drivers, those that were never given one.',
  signal:
    'Every node says `discard=unmap`, the guest discarded, and at the file node nothing passed and nothing failed.',
  cure: 'qemu-img convert to raw or qcow2.',
  find: (evidence) => {
    const { trim, disk, image, guest } = evidence;
    if (disk === null || image === null || findIgnoringNode(disk.nodes) !== null || disk.nodes.length === 0)
      return null;
    const isKnown = NO_PDISCARD.has(image.format);
    if (trim === null ? !isKnown : !isDropped(trim, image.format, isKnown)) return null;
    const target = `${image.path}.qcow2`;
    return {
      sentence:
        trim === null
          ? `Nothing would come back: QEMU’s driver for ${image.format} has no discard.`
          : `The host got nothing back: ${describeSent(trim)}, and QEMU’s driver for ${isKnown ? image.format : 'its storage'} dropped it without a word.`,
      evidence: [{ fact: 'format', value: image.format }, ...passedEvidence(evidence)],
      fix: isKnown
        ? {
            on: 'host',
            first: powerOff(guest),
            commands: [`qemu-img convert -f ${image.format} -O qcow2 ${quote(image.path)} ${quote(target)}`],
            note: 'Then give it the new image, with discard=unmap.',
            needsPowerCycle: true,
          }
        : null,
    };
  },
};

/** On a raw file a count of 0 means that the discards were dropped; of other formats only those known to drop them are named. */
function isDropped(trim: NonNullable<DiskEvidence['trim']>, format: string, isKnown: boolean): boolean {
  const { passedBytes } = trim.hops;
  if (!isSome(trim.sentBytes) || passedBytes !== 0 || isSome(trim.failedDiscards)) return false;
  return format === 'raw' || isKnown;
}
