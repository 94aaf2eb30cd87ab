import type { ClosedTrim, TrimsStore } from '../../ports/store/trims.ts';

/** A store that tells of each trim that was closed, with the result that is stored of it, when that is durable. */
export function tellConcluded<Some extends Pick<TrimsStore, 'closeTrim'>>(
  store: Some,
  onConcluded: (closed: ClosedTrim) => void,
): Some {
  return {
    ...store,
    async closeTrim(closed) {
      const result = await store.closeTrim(closed);
      onConcluded({ ...closed, result });
      return result;
    },
  };
}
