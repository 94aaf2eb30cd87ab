import { type FromGuest, type Inventory, PROOF_UNIT_BYTES, type Prove } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { ReadDisk } from '../ports/disk-reader.ts';
import { checkProof } from './check-proof.ts';

export interface Prover {
  /** Answers by `proved` or a `problem`; never throws. */
  prove(message: Prove): Promise<void>;
}

/**
 * Reads the pattern that the host asks for (rule R4: it reads, and nothing of it is sent). One at a time, a second
 * apart.
 */
export function createProver({
  lastInventory,
  readDisk,
  say,
  clock,
}: {
  /** What the collector was last told. */
  lastInventory: () => Inventory | null;
  readDisk: ReadDisk;
  say: (message: FromGuest) => void;
  clock: Clock;
}): Prover {
  let isRunning = false;
  let lastEndedMs: number | null = null;

  return {
    async prove(message) {
      const { proofId, disk, units } = message;
      const sinceLastMs = lastEndedMs === null ? null : clock.monotonicMs() - lastEndedMs;
      const problem = checkProof({ prove: message, inventory: lastInventory(), isRunning, sinceLastMs });
      if (problem !== null) {
        say({ type: 'problem', about: proofId, problem });
        return;
      }
      isRunning = true;
      try {
        await readDisk({ name: disk, lengthsBytes: units.map((count) => count * PROOF_UNIT_BYTES) });
        say({ type: 'proved', proofId });
      } catch (error) {
        const cause = toCause(error);
        const unreadable = { code: 'unreadable', operation: 'read a pattern', subject: disk, cause, hint: null };
        say({ type: 'problem', about: proofId, problem: unreadable });
      } finally {
        isRunning = false;
        lastEndedMs = clock.monotonicMs();
      }
    },
  };
}
