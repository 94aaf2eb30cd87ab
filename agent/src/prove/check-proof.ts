import { type Inventory, PROOF_UNIT_BYTES, type Problem, type Prove } from '@trimtab/protocol';

/** From the end of one proof to the start of the next. */
const PROOF_INTERVAL_MS = 1_000;

/** Why this agent will not read what it is asked to; null when it will. */
export function checkProof({
  prove,
  inventory,
  isRunning,
  sinceLastMs,
}: {
  prove: Prove;
  /** What the collector was last told; null before that. */
  inventory: Inventory | null;
  isRunning: boolean;
  /** Since the last proof ended; null if there was none. */
  sinceLastMs: number | null;
}): Problem | null {
  const refuse = ({ code, cause }: { code: string; cause: string }): Problem => ({
    code,
    operation: 'read a pattern',
    subject: prove.disk,
    cause,
    hint: null,
  });
  if (isRunning) return refuse({ code: 'busy', cause: 'another proof is being read' });
  if (sinceLastMs !== null && sinceLastMs < PROOF_INTERVAL_MS)
    return refuse({ code: 'too-soon', cause: `the last proof ended less than ${PROOF_INTERVAL_MS} ms ago` });
  const disk = inventory?.disks.find(({ name }) => name === prove.disk);
  if (disk === undefined)
    return refuse({ code: 'unknown-disk', cause: 'no such disk is in the inventory of this guest' });
  // Loop devices lie in a file: what is read of them may be read of several disks, or of none.
  if (disk.backingFile !== null || disk.driver === 'loop')
    return refuse({ code: 'not-a-disk', cause: 'it is a loop device, whose data is in a file' });
  const bytes = prove.units.reduce((sum, units) => sum + units, 0) * PROOF_UNIT_BYTES;
  if (disk.sizeBytes !== null && bytes > disk.sizeBytes)
    return refuse({ code: 'too-small', cause: `the pattern takes ${bytes} bytes and it has ${disk.sizeBytes}` });
  return null;
}
