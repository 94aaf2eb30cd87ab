import type { Evidence } from '@trimtab/protocol/causes';
import { isSignificant, SIGNIFICANT_BYTES } from '../model/significant.ts';
import type { Hops } from '../model/trim-result.ts';

export interface Said {
  readonly hops: Hops;
  /** The disk as the host knows it; null where it does not. */
  readonly capacityBytes: number | null;
  /** How many filesystems were trimmed on it: each may discard the whole disk once. */
  readonly filesystems: number;
  /** dm or md lies between: a filesystem on a thin volume may be larger than its disk. */
  readonly isMapped: boolean;
  /**
   * The guest discards by UNMAP, if the disk is SCSI: what it discards by WRITE SAME QEMU does not count as received.
   */
  readonly isUnmapped: boolean;
}

/**
 * Where the guest's word cannot be true. The host samples before the grant and after the report, so it sees whatever
 * the guest's kernel counted, and perhaps more: a guest that says more than arrived, or nothing where something did, is
 * wrong.
 */
export function findContradictions({ hops, capacityBytes, filesystems, isMapped, isUnmapped }: Said): Evidence[] {
  const { trimmedBytes, issuedBytes, receivedBytes, passedBytes } = hops;
  const mostBytes = capacityBytes === null ? null : capacityBytes * Math.max(1, filesystems);
  const found: Evidence[] = [];
  const tell = ({ fact, value }: { fact: string; value: string }) => found.push({ fact, value });
  if (mostBytes !== null && issuedBytes !== null && issuedBytes > mostBytes)
    tell({ fact: 'issued', value: `the guest says ${issuedBytes} bytes, and its disk has ${capacityBytes}` });
  if (mostBytes !== null && !isMapped && trimmedBytes !== null && trimmedBytes > mostBytes)
    tell({ fact: 'trimmed', value: `the guest says ${trimmedBytes} bytes, and its disk has ${capacityBytes}` });
  const isCounted = isUnmapped && issuedBytes !== null && receivedBytes !== null;
  if (isCounted && issuedBytes > receivedBytes + SIGNIFICANT_BYTES)
    tell({ fact: 'issued', value: `the guest says ${issuedBytes} bytes, and QEMU received ${receivedBytes}` });
  const arrivedBytes = receivedBytes ?? passedBytes;
  if (issuedBytes === 0 && isSignificant(arrivedBytes))
    tell({ fact: 'issued', value: `the guest says 0 bytes, and ${arrivedBytes} arrived at the host` });
  return found;
}

/**
 * How much was discarded: the host's count where it has one, else the guest's word where that can be true; null where
 * neither tells.
 */
export function believeSent({ hops, capacityBytes, filesystems, isUnmapped }: Said): number | null {
  const { trimmedBytes, issuedBytes, receivedBytes, passedBytes } = hops;
  if (receivedBytes !== null && (isUnmapped || receivedBytes > 0)) return receivedBytes;
  // What never arrived may have been lost on its way: of what left the guest that tells nothing.
  if (issuedBytes === null) return passedBytes === 0 && trimmedBytes !== 0 ? null : passedBytes;
  if (capacityBytes !== null && issuedBytes > capacityBytes * Math.max(1, filesystems)) return passedBytes;
  return passedBytes === null ? issuedBytes : Math.max(issuedBytes, passedBytes);
}
