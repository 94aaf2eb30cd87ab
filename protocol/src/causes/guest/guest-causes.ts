import { oncePerInventory } from '../../wire/model/inventory-index.ts';
import { deletedStillOpen } from './deleted-still-open.ts';
import { fstrimTimerMisses } from './fstrim-timer-misses.ts';
import { fstrimTimerToo } from './fstrim-timer-too.ts';
import { granularityAboveBlockGroup } from './granularity-above-block-group.ts';
import { granularityAboveHoles } from './granularity-above-holes.ts';
import type { GuestCause, GuestPlace } from './guest-cause.ts';
import { guestSnapshots } from './guest-snapshots.ts';
import { inPlainLines } from './guest-text.ts';
import { guestThinPoolKeepsDiscards } from './guest-thin-pool-keeps-discards.ts';
import { mountedElsewhere } from './mounted-elsewhere.ts';
import { mountedWithDiscard } from './mounted-with-discard.ts';
import { noFitrim } from './no-fitrim.ts';
import { noFstrim } from './no-fstrim.ts';
import { notMounted } from './not-mounted.ts';
import { optedOut } from './opted-out.ts';
import { overlay } from './overlay.ts';
import { partitionMisaligned } from './partition-misaligned.ts';
import { readOnly } from './read-only.ts';
import { REFUSAL_CAUSES } from './refusal-causes.ts';
import { spaceOfNoFilesystem } from './space-of-no-filesystem.ts';
import { swapHoldsSpace } from './swap-holds-space.ts';

/** The guest's part of the closed list: what loses space, from the filesystem down to the disk, then the notes. */
export const GUEST_CAUSES: readonly GuestCause[] = [
  noFstrim,
  noFitrim,
  granularityAboveBlockGroup,
  granularityAboveHoles,
  guestThinPoolKeepsDiscards,
  ...REFUSAL_CAUSES,
  partitionMisaligned,
  swapHoldsSpace,
  spaceOfNoFilesystem,
  notMounted,
  mountedElsewhere,
  deletedStillOpen,
  guestSnapshots,
  readOnly,
  overlay,
  optedOut,
  mountedWithDiscard,
  fstrimTimerToo,
  fstrimTimerMisses,
];

export interface GuestFinding extends GuestPlace {
  readonly cause: GuestCause;
}

/** What stands in the way of a trim inside this guest, or is worth knowing. */
export const findGuestCauses = oncePerInventory((inventory): readonly GuestFinding[] =>
  GUEST_CAUSES.flatMap((cause) => cause.find(inventory).map((place) => ({ cause, ...inPlainLines(place) }))),
);
