import type { Insertable } from 'kysely';
import type { TrimSummary } from '../model/trim-summary.ts';
import { shareOfFile } from './file-share.ts';
import type { TrimTable } from './tables.ts';

/** Its places in the indexes: of 4,000 trims, 420 each. No trim takes less. */
export const INDEX_BYTES = 450;
/** The columns beside the summary. */
const COLUMNS_BYTES = 140;

export function toRow(trim: {
  readonly hostId: string;
  readonly guestId: string;
  readonly storedAt: number;
  readonly isStranger: boolean;
  readonly summary: TrimSummary;
  readonly whole: Uint8Array;
}): Insertable<TrimTable> {
  const { hostId, guestId, storedAt, isStranger, summary, whole } = trim;
  const text = JSON.stringify(summary);
  return {
    id: summary.id,
    host_id: hostId,
    guest_id: guestId,
    stored_at: storedAt,
    is_reported: summary.reported ? 1 : 0,
    is_stranger: isStranger ? 1 : 0,
    bytes: Math.ceil(INDEX_BYTES + shareOfFile(COLUMNS_BYTES + Buffer.byteLength(text)) + shareOfFile(whole.length)),
    summary: text,
  };
}
