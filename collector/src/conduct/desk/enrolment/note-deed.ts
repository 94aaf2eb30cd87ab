import type { AskedBy } from '../../../model/asked-by.ts';
import type { DeedKind } from '../../../model/deed.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { DeedsStore } from '../../../ports/store/deeds.ts';

export interface DeedDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info'>;
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

/** Keeps that something was done, once it is, and says so in the log: who reads along sees who let in whom. */
export function createNoteDeed({ clock, log, store }: DeedDeps): NoteDeed {
  return ({ kind, askedBy, subject, outcome = null }) => {
    const by = askedBy.kind === 'token' ? `token ${askedBy.name}` : askedBy.kind;
    log.info({ deed: kind, subject, by, outcome }, 'done by the word of a person');
    return store.addDeed({ kind, at: new Date(clock.now()).toISOString(), askedBy, subject, outcome });
  };
}
