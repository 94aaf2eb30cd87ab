import type { Clock } from '../../../ports/clock.ts';

/** What failed for a guest, or a request, is tried again, each `afterMs`, until it is done or called off. */
export function createRetries<Key>({ clock, afterMs }: { clock: Pick<Clock, 'after'>; afterMs: number }) {
  const pending = new Map<Key, () => void>();
  let isStopped = false;

  function callOff(key: Key): void {
    pending.get(key)?.();
    pending.delete(key);
  }

  /** `work` resolves to whether it is done; one that rejects is not. */
  function later(key: Key, work: () => Promise<boolean>): void {
    callOff(key);
    if (isStopped) return;
    const again = async () => {
      pending.delete(key);
      const isDone = await work().catch(() => false);
      // Something newer may have been put in its place meanwhile.
      if (!isDone && !pending.has(key)) later(key, work);
    };
    pending.set(
      key,
      clock.after(afterMs, () => void again()),
    );
  }

  return {
    later,
    callOff,
    stop(): void {
      isStopped = true;
      for (const key of [...pending.keys()]) callOff(key);
    },
  };
}
