import type { Clock } from '../../ports/clock.ts';

/** What work comes to, or, where that takes longer, what `late` gives or throws. The work goes on all the same. */
export function within<Value>({
  clock,
  limitMs,
  work,
  late,
}: {
  clock: Pick<Clock, 'after'>;
  limitMs: number;
  work: Promise<Value>;
  late(): Value;
}): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stopWaiting = clock.after(limitMs, () => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    });
    work.then(resolve, reject).finally(stopWaiting);
  });
}
