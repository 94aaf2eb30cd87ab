import type { AskedBy } from '../../../model/asked-by.ts';
import type { DeedKind } from '../../../model/deed.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { DeedsStore } from '../../../ports/store/deeds.ts';

export interface DeedDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<DeedsStore, 'addDeed'>;
}

/** Who asks over the socket has no name: whoever may open it may do everything. */
export const BY_SOCKET: AskedBy = { kind: 'socket' };

export type NoteDeed = (deed: {
  readonly kind: DeedKind;
  readonly askedBy: AskedBy;
  readonly subject: string;
  readonly outcome?: string;
}) => Promise<void>;

/** Keeps that something was done, once it is. */
export function createNoteDeed({ clock, store }: DeedDeps): NoteDeed {
  return ({ kind, askedBy, subject, outcome = null }) =>
    store.addDeed({ kind, at: new Date(clock.now()).toISOString(), askedBy, subject, outcome });
}
