import { createToldOf, type ToldOf } from '../../correlate/match-domain.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { HostView } from '../../model/domain.ts';

/** Whom the sources of this host tell of. */
export interface GuestsOfHost {
  /**
   * By what they told last: where they cannot be asked now, that still counts. Before the host was read once, nobody can
   * be told from a stranger: after a restart all guests come at once.
   */
  readonly isKnown: ToldOf;
  /** To be called with each reading of the host: guests that are connected stand as it says from then on. */
  read(host: Pick<HostView, 'domains'>): void;
}

export function createGuestsOfHost({ weigh }: Pick<GuestLinks, 'weigh'>): GuestsOfHost {
  let told: ToldOf = () => true;
  const isKnown: ToldOf = (identity) => told(identity);
  return {
    isKnown,
    read({ domains }) {
      told = createToldOf(domains);
      weigh(isKnown);
    },
  };
}
