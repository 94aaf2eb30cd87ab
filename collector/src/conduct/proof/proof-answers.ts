import type { FromHost, Problem, ProofId } from '@trimtab/protocol';
import { sleep } from '@trimtab/protocol/shared';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';

/** A disk answers in milliseconds; one that does not by then is asleep or broken. */
export const ANSWER_LIMIT_MS = 20_000;

/** The agent wants a second between two proofs; a little more, since its clock is another. */
const PAUSE_MS = 1_200;

export type ProofAnswer =
  | { readonly kind: 'read' }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'away' }
  | { readonly kind: 'late' };

interface Waiting {
  readonly guestId: GuestId;
  readonly settle: (answer: ProofAnswer) => void;
}

/** Sends a proof and waits for its answer. Only the guest that was asked can answer. */
export function createProofAnswers({
  clock,
  send,
  newId,
}: {
  clock: Clock;
  /** False when the guest is not connected. */
  send: (guestId: GuestId, message: FromHost) => boolean;
  newId: () => ProofId;
}) {
  const waiting = new Map<string, Waiting>();
  /** Until when each guest shall be left in peace. */
  const pausedUntilMs = new Map<string, number>();

  return {
    /** Resolves when the agent of this guest may be asked again. */
    pause(guestId: GuestId): Promise<void> {
      const leftMs = (pausedUntilMs.get(guestId) ?? 0) - clock.monotonicMs();
      return leftMs <= 0 ? Promise.resolve() : sleep(clock, leftMs);
    },
    ask({ guestId, disk, units }: { guestId: GuestId; disk: string; units: number[] }): Promise<ProofAnswer> {
      const proofId = newId();
      return new Promise((resolve) => {
        const takeBack = clock.after(ANSWER_LIMIT_MS, () => settle({ kind: 'late' }));
        const settle = (answer: ProofAnswer) => {
          takeBack();
          waiting.delete(proofId);
          pausedUntilMs.set(guestId, clock.monotonicMs() + PAUSE_MS);
          resolve(answer);
        };
        waiting.set(proofId, { guestId, settle });
        if (!send(guestId, { type: 'prove', proofId, disk, units })) settle({ kind: 'away' });
      });
    },
    answered(guestId: GuestId, proofId: ProofId, answer: ProofAnswer): void {
      const asked = waiting.get(proofId);
      if (asked?.guestId === guestId) asked.settle(answer);
    },
    isAsking: (guestId: GuestId): boolean => [...waiting.values()].some((asked) => asked.guestId === guestId),
    guestLeft(guestId: GuestId): void {
      for (const { guestId: asked, settle } of [...waiting.values()]) if (asked === guestId) settle({ kind: 'away' });
      pausedUntilMs.delete(guestId);
    },
  };
}

export type ProofAnswers = ReturnType<typeof createProofAnswers>;
