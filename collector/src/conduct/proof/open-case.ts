import type { Disk } from '@trimtab/protocol';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';

/** The disks of one matched guest that no key has paired, each with the disks of its domain that it may be. */
export interface OpenCase {
  readonly guest: { readonly id: GuestId; readonly name: string; readonly bootId: string | null };
  readonly domain: Domain;
  /** All disks of the guest, so that a change among them ends what was remembered. */
  readonly disks: readonly Disk[];
  readonly unmatched: readonly { readonly disk: SizedDisk; readonly candidates: readonly HostDisk[] }[];
}

/** A pattern has to fit into it. */
export type SizedDisk = Disk & { readonly sizeBytes: number };

export interface ProofOutcome {
  /** The guest's disk name → the host's id of the disk. */
  readonly proven: ReadonlyMap<string, string>;
  /** Why a disk was not proven, by the guest's name for it. */
  readonly reasons: ReadonlyMap<string, string>;
}

/**
 * Everything that must stay as it is for a proof to hold, as one text to compare: the guest's boot, its QEMU, the disks
 * of both.
 */
export function describeSituation({ guest, domain, disks }: OpenCase): string {
  return JSON.stringify([
    guest.bootId,
    domain.key,
    domain.pid,
    disks.map(({ name, sizeBytes, serial, wwn, pciPath, scsiAddress }) => ({
      name,
      sizeBytes,
      serial,
      wwn,
      pciPath,
      scsiAddress,
    })),
    domain.disks.map(({ id, image }) => ({ id, image })),
  ]);
}
