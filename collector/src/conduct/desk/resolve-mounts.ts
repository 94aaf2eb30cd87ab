import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { Clock } from '../../ports/clock.ts';
import { wholeGuestOnly } from '../qga/qga-faults.ts';
import { freshenInventories } from '../survey/fresh-inventories.ts';
import { noAgent, unknownMount } from '../survey/guest-faults.ts';

export interface ResolveDeps {
  readonly clock: Clock;
  readonly links: Pick<GuestLinks, 'find' | 'send'>;
  /** How an agent gets here: conduct/survey/guest-faults.ts. */
  readonly startAgent: () => string;
}

/** A mount may be newer than what a guest announced last: then it is asked again before it is refused. */
export async function freshenForMounts(
  deps: ResolveDeps,
  { guests, mounts }: { readonly guests: readonly ConnectedGuest[]; readonly mounts: readonly string[] },
): Promise<void> {
  const lacking = guests.filter(
    (guest) => guest.byQemuGa === undefined && mounts.some((mount) => findMount(guest, mount) === null),
  );
  if (lacking.length > 0) await freshenInventories(deps, lacking);
}

/**
 * Any mount point of a filesystem stands for it; the agent knows it by the one that speaks for it. Throws
 * `whole-guest-only`, `no-agent` and `unknown-mount`.
 */
export function resolveMounts(
  { links, startAgent }: Pick<ResolveDeps, 'links' | 'startAgent'>,
  { guest, mounts }: { readonly guest: ConnectedGuest; readonly mounts: readonly string[] },
): readonly string[] {
  if (guest.byQemuGa !== undefined) throw wholeGuestOnly(guest.name);
  const fresh = links.find(guest.id);
  if (fresh === null) throw noAgent({ wanted: guest.name, wasHere: true, startAgent: startAgent() });
  return mounts.map((mount) => {
    const found = findMount(fresh, mount);
    if (found === null) throw unknownMount(fresh, mount);
    return found;
  });
}

function findMount({ inventory }: ConnectedGuest, mount: string): string | null {
  const found = inventory?.filesystems.find(
    (filesystem) => filesystem.mount === mount || filesystem.alsoMountedAt.includes(mount),
  );
  return found?.mount ?? null;
}
