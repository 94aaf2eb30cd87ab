import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { Log } from '../../ports/log.ts';
import type { AsOf, Survey } from '../survey/survey.ts';

/**
 * What stands behind these disks of a guest, by kernel name. None where the host cannot be read, or the guest has
 * announced nothing.
 */
export type FindTrimPaths = (search: {
  readonly guest: ConnectedGuest;
  readonly disks: readonly string[];
  readonly asOf: AsOf;
}) => Promise<readonly DiskPath[]>;

/** A host that cannot be read holds no trim up: what could not be measured is said in its result. */
export function createFindTrimPaths({
  survey,
  log,
  mayTaint,
}: {
  survey: Pick<Survey, 'findPaths'>;
  log: Log;
  /** As the survey's own. */
  mayTaint: boolean;
}): FindTrimPaths {
  return async ({ guest, disks, asOf }) => {
    if (guest.inventory === null) return [];
    try {
      return await survey.findPaths({ guest: { ...guest, inventory: guest.inventory }, disks, asOf, mayTaint });
    } catch (error) {
      log.error({ guest: guest.name, reason: toReason(error) }, 'the host could not be read');
      return [];
    }
  };
}
