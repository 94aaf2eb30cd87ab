import { type Fix, quote } from '@trimtab/protocol/causes';
import { isSome } from '../../model/significant.ts';
import { convertImage } from '../convert-image.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { powerOff } from '../owner.ts';
import { describeSent, passedEvidence } from '../wording.ts';
import { findIgnoringNode } from './ignoring-nodes.ts';

/**
 * QEMU's format drivers that never had a bdrv_co_pdiscard: known before any trim, for doctor. A trim needs no list, its
 * counts prove it; parallels, which dropped discards in QEMU 7.2 and learnt them later, is told by them alone.
 */
const NEVER_HAD_PDISCARD: ReadonlySet<string> = new Set([
  'luks',
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
  why: 'A block driver without bdrv_co_pdiscard answers a discard with success (block/io.c). Of the formats: luks, vdi, vmdk, vhdx, vpc, qcow and qed, and parallels in QEMU 7.2; of the storage drivers, those that were never given one. Only qcow2 may rightly pass nothing on: it gives up the clusters that it has, and there may be none.',
  signal:
    'Every node says `discard=unmap`, the guest discarded, and at the file node nothing passed and nothing failed; the format is not qcow2.',
  cure: 'qemu-img convert to raw or qcow2 (on Proxmox VE `qm disk move`), and the new image in the guest’s configuration. For luks: qcow2 with `encrypt.format=luks`, or raw and LUKS in the guest.',
  find: (evidence) => {
    const { trim, disk, image } = evidence;
    if (disk === null || image === null || findIgnoringNode(disk.nodes) !== null || disk.nodes.length === 0)
      return null;
    if (trim === null ? !isKnownToDrop(evidence) : !isDropped(trim, image.format)) return null;
    return {
      sentence:
        trim === null
          ? `Nothing would come back: QEMU’s driver for ${image.format} has no discard.`
          : `The host got nothing back: ${describeSent(trim)}, and QEMU’s driver for ${image.format === 'raw' ? 'its storage' : image.format} dropped it without a word.`,
      evidence: [{ fact: 'format', value: image.format }, ...passedEvidence(evidence)],
      fix: fixOf(evidence, { path: image.path, format: image.format }),
    };
  },
};

/** Without a trim: by the source of the driver, and not against QEMU's own count. */
function isKnownToDrop({ image, passedEverBytes }: DiskEvidence): boolean {
  return image !== null && NEVER_HAD_PDISCARD.has(image.format) && !isSome(passedEverBytes);
}

/**
 * Every format but qcow2 hands on all that it is asked, holes as well: a count of 0 is proof, a missing count is not.
 */
function isDropped(trim: NonNullable<DiskEvidence['trim']>, format: string): boolean {
  return format !== 'qcow2' && isSome(trim.sentBytes) && trim.hops.passedBytes === 0 && !isSome(trim.failedDiscards);
}

/** A raw image has no format to change: what drops there is the storage. */
function fixOf(evidence: DiskEvidence, { path, format }: { path: string; format: string }): Fix | null {
  if (format === 'raw') return null;
  if (format === 'luks')
    return {
      on: 'host',
      commands: [],
      note: `${powerOff(evidence)} Then convert ${path} with qemu-img convert to qcow2 with encrypt.format=luks (its keys as --object secret), or to raw and let the guest encrypt. Give it the new image, with discard=unmap.`,
      needsPowerCycle: !evidence.isOff,
    };
  return convertImage(evidence, {
    options: `-f ${quote(format)} -O qcow2`,
    path,
    target: `${path}.qcow2`,
    isOtherFormat: true,
  });
}
