import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { Log } from '../../ports/log.ts';
import { announce } from '../survey/match-paths.ts';
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
    const announced = announce(guest);
    if (announced === null) return [];
    try {
      const { byQemuGa } = guest;
      const paths = await survey.findPaths({
        guest: announced,
        disks,
        asOf,
        mayTaint: mayTaint && byQemuGa === undefined,
      });
      return byQemuGa === undefined || byQemuGa.mayTaint ? paths : paths.map(withConsentOnly);
    } catch (error) {
      log.error({ guest: guest.name, reason: toReason(error) }, 'the host could not be read');
      return [];
    }
  };
}

/**
 * The trim of a guest with nothing of ours in it leaves no mark on its domain, unless somebody has agreed to that:
 * libvirt is not asked for its counters.
 */
function withConsentOnly(path: DiskPath): DiskPath {
  if (path.domain === null) return path;
  const monitors = path.domain.monitors.map((monitor) =>
    monitor.kind === 'libvirt' ? ({ ...monitor, needsConsent: true } as const) : monitor,
  );
  return { ...path, domain: { ...path.domain, monitors } };
}
