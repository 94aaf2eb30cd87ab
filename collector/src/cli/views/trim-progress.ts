import { formatBytes } from '@trimtab/protocol/shared';
import type { SeenByHost, TrimEvent } from '../../model/trim-event.ts';
import { formatDuration } from './format-time.ts';

/** What happens now, in one plain line; null for an event whose outcome is printed elsewhere. */
export function formatProgress(event: TrimEvent): string | null {
  switch (event.event) {
    case 'requested':
      return event.visit === undefined ? `asked ${event.guest} to trim` : tellVisit(event.guest, event.visit);
    case 'intended':
      return `the guest is about to trim ${event.mounts.join(', ')}`;
    case 'granted':
      return `${event.images.length === 1 ? 'its image is' : `its ${event.images.length} images are`} measured; the guest may start`;
    case 'started':
      return 'started';
    case 'progress': {
      if (event.mount === null) return `trimming${tellSeen(event.host)}, ${formatDuration(event.elapsedMs)}`;
      const issued = event.issuedBytes === null ? '' : `, ${formatBytes(event.issuedBytes)} discarded`;
      const place = `${event.index} of ${event.of}`;
      return `trimming ${event.mount} (${place})${issued}, ${formatDuration(event.elapsedMs)}`;
    }
    case 'settling':
      return 'the guest is done; waiting until the host’s numbers stop changing';
    case 'again':
      return `nothing came back: the filesystem skips what it trimmed before; trimming all of ${event.mounts.join(', ')} again`;
    case 'finished':
    case 'refused':
      return null;
  }
}

/** Where it is waited for, and how long. */
function tellVisit(guest: string, { nextAt, until }: NonNullable<Requested['visit']>): string {
  const clockOf = (instant: string) => `${instant.slice(11, 16)} UTC`;
  const next = nextAt === null ? 'its agent was rung for' : `its agent comes at ${clockOf(nextAt)}`;
  return `${guest} is asked when it comes: ${next}; waiting until ${clockOf(until)}`;
}

type Requested = Extract<TrimEvent, { readonly event: 'requested' }>;

/** What the host saw of a trim through qemu-ga, which itself tells nothing before its end. */
function tellSeen(host: SeenByHost | undefined): string {
  if (host === undefined) return '';
  const { passedBytes, reclaimedBytes } = host;
  const passed = passedBytes === null ? '' : `, ${formatBytes(passedBytes)} reached the host`;
  return reclaimedBytes === null ? passed : `${passed}, its images fell by ${formatBytes(reclaimedBytes)}`;
}
