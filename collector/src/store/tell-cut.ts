import { formatBytes } from '@trimtab/protocol/shared';
import { TRIMS_KEPT } from '../model/trim-result.ts';
import type { Log } from '../ports/log.ts';
import type { CutHistory } from './cut-history.ts';
import type { Bound } from './cut-page.ts';
import { GUEST_PART, STRANGERS_PART } from './keep-bounds.ts';

/** One line for all that was let go at once: how many, whose, and which bound did it. */
export function tellCut({
  cut,
  historyBytes,
  log,
}: {
  readonly cut: CutHistory;
  readonly historyBytes: number;
  readonly log: Pick<Log, 'warn'>;
}): void {
  const history = formatBytes(historyBytes);
  const words: Readonly<Record<Bound, string>> = {
    all: `all may take ${history}`,
    strangers: `those of guests that no source of this host knows may take 1/${STRANGERS_PART} of ${history}`,
    guest: `a guest may have ${TRIMS_KEPT}, and 1/${GUEST_PART} of its part of ${history}`,
  };
  const results = [...cut.trims.values()].reduce((sum, trims) => sum + trims, 0);
  const bounds = [...cut.trims].map(([bound, trims]) => `${trims}: ${words[bound]}`).join('; ');
  log.warn({ results, guests: cut.guests, bounds, setting: '--history' }, 'the oldest results were let go');
}
