import type { HostView, Source } from '../model/domain.ts';

/** Who keeps guests that run, or would. */
const HYPERVISORS: readonly Source[] = ['libvirt', 'proxmox', 'qemu-process'];

/**
 * Does this host not run a guest that has other collectors to go to? `running` has of each of its domains that this
 * guest may be, whether it runs. One that the host may have overlooked is not sent away.
 */
export function isElsewhere({
  others,
  productUuid,
  running,
  host,
}: {
  readonly others: number;
  readonly productUuid: string | null;
  readonly running: readonly (boolean | null)[];
  /** Null while it cannot be read. */
  readonly host: Pick<HostView, 'sources' | 'ignoredUsers'> | null;
}): boolean {
  if (others === 0 || productUuid === null || host === null) return false;
  if (running.length > 0) return running.every((isRunning) => isRunning === false);
  const hasAnswered = host.sources.some(({ source, used }) => used && HYPERVISORS.includes(source));
  return hasAnswered && (host.ignoredUsers ?? []).length === 0;
}
