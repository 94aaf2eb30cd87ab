import type { TrimResult } from '../../model/trim-result.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';

/** A store that tells of each result that was stored, when it is durable. */
export function tellConcluded<Some extends Pick<TrimsStore, 'closeTrim'>>(
  store: Some,
  onConcluded: (result: TrimResult) => void,
): Some {
  return {
    ...store,
    async closeTrim(closed) {
      const stored = await store.closeTrim(closed);
      onConcluded(stored);
      return stored;
    },
  };
}
