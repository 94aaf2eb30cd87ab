import { createRunsHere } from '../../correlate/runs-here.ts';
import { isElsewhere } from '../../enroll/elsewhere.ts';
import { REFUSED } from '../../enroll/refusals.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { HostView } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';

/**
 * A guest that was moved to another host stays connected here, since its connections move with it. To be called with
 * each reading of the host: whoever is not of it at two in a row, and has another collector to go to, is told so.
 */
export function createSendElsewhere({ links }: { readonly links: Pick<GuestLinks, 'guests' | 'end'> }) {
  let gone: ReadonlySet<GuestId> = new Set();

  return (host: HostView): void => {
    const runsHere = createRunsHere(host.domains);
    const now = new Set<GuestId>();
    for (const { id, others, proof, identity } of links.guests()) {
      if (others === 0 || proof === 'channel' || identity.productUuid === null) continue;
      const { productUuid } = identity;
      if (!isElsewhere({ others, productUuid, running: runsHere(productUuid), host })) continue;
      if (gone.has(id)) links.end(id, REFUSED.elsewhere);
      else now.add(id);
    }
    gone = now;
  };
}
