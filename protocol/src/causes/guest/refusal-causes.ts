import type { Inventory } from '../../wire/model/inventory.ts';
import { oncePerInventory } from '../../wire/model/inventory-index.ts';
import { discardLimitZero } from './discard-limit-zero.ts';
import { diskWithoutDiscard } from './disk-without-discard.ts';
import { dmCryptWithoutDiscards } from './dm-crypt-without-discards.ts';
import { dmIntegrity } from './dm-integrity.ts';
import { dmParityRaid } from './dm-parity-raid.ts';
import type { GuestCause, GuestPlace } from './guest-cause.ts';
import { keepsDiscards } from './guest-thin-pool-keeps-discards.ts';
import { layerRefusesDiscards } from './layer-refuses-discards.ts';
import { limitsFromBefore } from './limits-from-before.ts';
import { mdParityRaid } from './md-parity-raid.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalsIn } from './refusals.ts';
import { scsiDiscardDisabled } from './scsi-discard-disabled.ts';
import { snapshotOrigin } from './snapshot-origin.ts';

/** The first that explains a refusal is its cause: the special ones, and last the one that is true of every layer. */
const IN_ORDER: readonly RefusalCause[] = [
  discardLimitZero,
  dmCryptWithoutDiscards,
  dmIntegrity,
  snapshotOrigin,
  dmParityRaid,
  mdParityRaid,
  limitsFromBefore,
  scsiDiscardDisabled,
  diskWithoutDiscard,
  layerRefusesDiscards,
];

/** Every layer that refuses discards by itself has just one cause: here, or as the thin pool that it is. */
const explainAll = oncePerInventory((inventory): ReadonlyMap<string, readonly GuestPlace[]> => {
  const places = refusalsIn(inventory).flatMap((refusal) => {
    if (keepsDiscards(refusal.layer)) return [];
    for (const cause of IN_ORDER) {
      const found = cause.explain(refusal);
      if (found !== null) return [{ id: cause.id, mount: refusal.filesystem.mount, disks: refusal.disks, ...found }];
    }
    return [];
  });
  const byCause = Map.groupBy(places, ({ id }) => id);
  return new Map([...byCause].map(([id, found]) => [id, found.map(({ id: _, ...place }) => place)]));
});

export const REFUSAL_CAUSES: readonly GuestCause[] = IN_ORDER.map(({ explain: _, ...cause }) => ({
  ...cause,
  find: (inventory: Inventory) => explainAll(inventory).get(cause.id) ?? [],
}));
