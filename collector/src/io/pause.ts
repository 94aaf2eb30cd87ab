import { setTimeout as delay } from 'node:timers/promises';
import type { Pause } from '../ports/pause.ts';

export const pause: Pause = {
  monotonicMs: () => performance.now(),
  wait: (delayMs, signal) => delay(delayMs, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};
