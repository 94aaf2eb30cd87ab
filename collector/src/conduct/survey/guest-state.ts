import type { Domain, HostView } from '../../model/domain.ts';
import type { GuestState } from '../../model/status.ts';
import type { GuestRecord } from '../../ports/store/guests.ts';

/**
 * What the hypervisor says goes first: the connection of a guest that was switched off ends only when a ping is not
 * answered. A guest that was proven to be one of this host, and of which no source tells now, is off as far as the
 * processes of this host are known.
 */
export function toGuestState({
  record,
  isConnected,
  domain,
  sources,
}: {
  /** Null for one from which no agent has ever connected. */
  record: Pick<GuestRecord, 'identities'> | null;
  isConnected: boolean;
  domain: Pick<Domain, 'isRunning'> | null;
  sources: HostView['sources'];
}): GuestState {
  if (domain?.isRunning === false) return 'off';
  if (isConnected) return 'connected';
  if (record === null) return 'no-agent';
  const wasOfThisHost = record.identities.some(({ kind }) => kind === 'domain');
  const areProcessesKnown = sources.some(({ source, used }) => source === 'qemu-process' && used);
  return domain === null && wasOfThisHost && areProcessesKnown ? 'off' : 'away';
}
