import type { Insertable } from 'kysely';
import type { TrimSummary } from '../model/trim-summary.ts';
import type { TrimTable } from './tables.ts';

/** What a row takes besides its texts, its places in the indexes included: of 4,000 ordinary trims, 800 each. */
const ROW_BYTES = 800;

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
    bytes: ROW_BYTES + Buffer.byteLength(text) + whole.length,
    summary: text,
  };
}
