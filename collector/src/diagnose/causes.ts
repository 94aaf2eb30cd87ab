import { type Cause, GUEST_CAUSES } from '@trimtab/protocol/causes';
import { backendRefusesDiscard } from './causes/backend-refuses-discard.ts';
import { backingFile } from './causes/backing-file.ts';
import { blockJobDropsDiscards } from './causes/block-job-drops-discards.ts';
import { btrfsChunksTrimmed } from './causes/btrfs-chunks-trimmed.ts';
import { clustersOfNobody } from './causes/clusters-of-nobody.ts';
import { compat010Overlay } from './causes/compat-010-overlay.ts';
import { deviceWithoutDiscard } from './causes/device-without-discard.ts';
import { discardNoUnref } from './causes/discard-no-unref.ts';
import { discardsLater } from './causes/discards-later.ts';
import { driverDropsDiscard } from './causes/driver-drops-discard.ts';
import { droppedInQemu } from './causes/dropped-in-qemu.ts';
import { ext4GroupsFlagged } from './causes/ext4-groups-flagged.ts';
import { extentsHeldInPart } from './causes/extents-held-in-part.ts';
import { f2fsBlocksSent } from './causes/f2fs-blocks-sent.ts';
import { guestLayerDropsDiscards } from './causes/guest-layer-drops-discards.ts';
import { holesSmallerThanChunk, holesSmallerThanCluster } from './causes/holes-smaller-than-cluster.ts';
import { fileNodeIgnoresDiscard, filterNodeIgnoresDiscard, hostIgnoresDiscard } from './causes/ignoring-nodes.ts';
import { imageCompressed } from './causes/image-compressed.ts';
import { internalSnapshot } from './causes/internal-snapshot.ts';
import { nfsWithoutDeallocate } from './causes/nfs-without-deallocate.ts';
import { allocationSettlesLate, imageOnBlockDevice } from './causes/out-of-sight.ts';
import { outsideFilesystems } from './causes/outside-filesystems.ts';
import { piecesBelowGranularity } from './causes/pieces-below-granularity.ts';
import { poolOnThinStorage } from './causes/pool-on-thin-storage.ts';
import { preallocated } from './causes/preallocated.ts';
import { serverIgnoresDiscard } from './causes/server-ignores-discard.ts';
import { extentsShared, thinSnapshot } from './causes/shared-blocks.ts';
import { thinPoolIgnoresDiscards } from './causes/thin-pool-ignores-discards.ts';
import type { HostCause } from './host-cause.ts';

/**
 * Before the guest's own word: the device is made by the host, and where the host says why it offers no discards, its
 * word is the cure.
 */
export const IN_DEVICE: readonly HostCause[] = [deviceWithoutDiscard];

/**
 * Causes that lose discards on their way, from the guest down; those that the configuration proves before those that
 * counters prove.
 */
export const LOSING: readonly HostCause[] = [
  guestLayerDropsDiscards,
  preallocated,
  hostIgnoresDiscard,
  filterNodeIgnoresDiscard,
  fileNodeIgnoresDiscard,
  serverIgnoresDiscard,
  blockJobDropsDiscards,
  nfsWithoutDeallocate,
  thinPoolIgnoresDiscards,
  backendRefusesDiscard,
  driverDropsDiscard,
  droppedInQemu,
];

/** Causes for which a filesystem sends a part, and nothing makes it send the rest. */
export const UNSENT: readonly HostCause[] = [piecesBelowGranularity];

/** Causes that hold space which was given up, the surest first. */
export const HOLDING: readonly HostCause[] = [
  clustersOfNobody,
  compat010Overlay,
  internalSnapshot,
  backingFile,
  discardNoUnref,
];

/** Causes for which the image gives space up and the pool does not get it. */
export const SHARING: readonly HostCause[] = [thinSnapshot, extentsShared, extentsHeldInPart];

/** What makes the image count more than its pool holds. */
export const COUNTED_HIGHER: readonly HostCause[] = [imageCompressed];

/** What is to be said beside a trim that brought space back: where more of it is. */
export const BESIDE: readonly HostCause[] = [outsideFilesystems, poolOnThinStorage];

/** Causes for which a filesystem sends less than it has. */
export const STALE: readonly HostCause[] = [ext4GroupsFlagged, btrfsChunksTrimmed, f2fsBlocksSent, discardsLater];

/** Causes that take a trim which left nothing out. */
export const TOO_SMALL: readonly HostCause[] = [holesSmallerThanCluster, holesSmallerThanChunk];

export const OUT_OF_SIGHT: readonly HostCause[] = [imageOnBlockDevice, allocationSettlesLate];

export const HOST_CAUSES: readonly HostCause[] = [
  ...[...IN_DEVICE, ...LOSING, ...UNSENT, ...HOLDING, ...SHARING, ...COUNTED_HIGHER, ...BESIDE],
  ...[...STALE, ...TOO_SMALL, ...OUT_OF_SIGHT],
];

/** What nothing on the host or in the guest shows, only what became of a trim. */
export const SHOWN_BY_TRIM: readonly HostCause[] = [
  ...[guestLayerDropsDiscards, backendRefusesDiscard, driverDropsDiscard, droppedInQemu],
  ...[...UNSENT, ...TOO_SMALL, ...SHARING, ...STALE],
];

/** The closed list, from the guest's filesystem to the host's pool: docs/causes.md is made of it. */
export const ALL_CAUSES: readonly Cause[] = [...GUEST_CAUSES, ...HOST_CAUSES];
