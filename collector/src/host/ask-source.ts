import { toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { HostSource, SourceAnswer } from '../ports/host-source.ts';

/** Of one that has never answered it is not known how long it needs: thousands of guests are read for the first time. */
export const FIRST_PATIENCE_MS = 10_000;
/** Every source of a healthy host answers in a fraction of it. */
export const SOURCE_PATIENCE_MS = 3_000;
/** One that needs longer, as libvirt does with thousands of domains, has three times what it needed last, up to this. */
export const MOST_PATIENCE_MS = 30_000;
/** One that was late is asked again, and hardly waited for: what it says is there for the next reading. */
export const LATE_PATIENCE_MS = 250;

/** Why a source has no answer now. */
export interface SourceFailure extends Extract<SourceAnswer, { kind: 'unavailable' }> {
  /** It did not say so: it has not answered in time. */
  readonly isLate: boolean;
}

export type Answer = Extract<SourceAnswer, { kind: 'answered' }>;

export type AskSource = () => Promise<Answer | SourceFailure>;

/**
 * Asks a source, and goes on without it when it does not answer: a libvirt that hangs must hold up neither a greeting
 * nor a trim. It is asked by one at a time, and what comes late is handed to `onAnswer` like any other answer.
 */
export function createAskSource({
  source,
  clock,
  onAnswer,
}: {
  source: HostSource;
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  onAnswer: (answer: Answer) => void;
}): AskSource {
  let patienceMs = FIRST_PATIENCE_MS;
  let isLate = false;
  /** When the question that has not been answered was put; null where there is none. */
  let askedAtMs: number | null = null;

  async function ask(): ReturnType<AskSource> {
    const beganMs = clock.monotonicMs();
    askedAtMs = beganMs;
    const answer = await source
      .read()
      .catch((error): SourceAnswer => ({ kind: 'unavailable', why: toCause(error), hint: null }));
    askedAtMs = null;
    if (answer.kind === 'unavailable') return { ...answer, isLate: false };
    isLate = false;
    patienceMs = Math.min(MOST_PATIENCE_MS, Math.max(SOURCE_PATIENCE_MS, 3 * (clock.monotonicMs() - beganMs)));
    onAnswer(answer);
    return answer;
  }

  function giveUp(sinceMs: number): SourceFailure {
    isLate = true;
    const seconds = Math.round((clock.monotonicMs() - sinceMs) / 1000);
    return { kind: 'unavailable', why: `no answer for ${seconds} s`, hint: null, isLate: true };
  }

  return () => {
    if (askedAtMs !== null) return Promise.resolve(giveUp(askedAtMs));
    const beganMs = clock.monotonicMs();
    return new Promise((resolve) => {
      const stopWaiting = clock.after(isLate ? LATE_PATIENCE_MS : patienceMs, () => resolve(giveUp(beganMs)));
      void ask().then((answer) => {
        stopWaiting();
        resolve(answer);
      });
    });
  };
}
