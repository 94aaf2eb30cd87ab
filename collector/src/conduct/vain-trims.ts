import type { ConnectedGuest } from '../link/guest-links.ts';
import type { DiskResult, TrimResult } from '../model/trim-result.ts';

/** Trims of one guest since it was started that brought nothing, as far as a later one has to know of them. */
export interface VainTrims {
  /** Notes what a trim came to; `isCure`: one that discarded everything again. */
  note(guest: ConnectedGuest, result: TrimResult, isCure: boolean): void;
  /** Was the last trim of this disk that said anything lost on the host, and does the image still hold what it held then? */
  wasLost(guest: ConnectedGuest, device: string, image: string | null): boolean;
  /** Was everything discarded again, and nothing came back? */
  wasCuredInVain(guest: ConnectedGuest, device: string): boolean;
}

/**
 * What ext4 flagged as trimmed it forgets when it is mounted anew, so what is remembered here is remembered for one boot of a guest;
 * and it is gone with the collector, which costs one trim more at the most.
 */
export function createVainTrims(): VainTrims {
  const lost = new Map<string, string | null>();
  const cured = new Set<string>();

  return {
    note(guest, { disks }, isCure) {
      for (const disk of disks) {
        const key = toKey(guest, disk.device);
        if (isCure && disk.verdict !== 'reclaimed') cured.add(key);
        if (isLostOnHost(disk)) lost.set(key, disk.image);
        else if (disk.verdict === 'reclaimed') lost.delete(key);
      }
    },
    wasLost: (guest, device, image) => image !== null && lost.get(toKey(guest, device)) === image,
    wasCuredInVain: (guest, device) => cured.has(toKey(guest, device)),
  };
}

/** Past the guest: what it flagged as trimmed, the host may still hold. */
function isLostOnHost({ verdict, lostAt }: DiskResult): boolean {
  return verdict === 'lost' && (lostAt === 'received' || lostAt === 'passed' || lostAt === 'reclaimed');
}

function toKey({ id, identity }: ConnectedGuest, device: string): string {
  return JSON.stringify([id, identity.bootId, device]);
}
