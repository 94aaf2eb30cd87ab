import type { Domain, HostView, Source } from '../../model/domain.ts';
import type { QemuGaFound } from '../../model/guest-inside.ts';
import type { GuestState } from '../../model/status.ts';
import type { GuestRecord } from '../../ports/store/guests.ts';

/**
 * What the hypervisor says goes before a connection: that of a guest that was switched off ends only when a ping is not
 * answered. But a guest that was heard since it was found to be off runs: on another host, where it was moved to, and
 * its definition stayed here. A guest that was proven to be one of this host, and of which no source tells now, is off
 * as far as the processes of this host are known, and nobody keeps definitions who would tell of it: not where its own
 * may be one that is ignored.
 */
export function toGuestState({
  record,
  lastHeardAt,
  qemuGa,
  domain,
  host: { sources, offSince, ignoredUsers = [] },
}: {
  /** Null for one from which no agent has ever connected. */
  record: Pick<GuestRecord, 'identities' | 'agentVersion' | 'visits'> | null;
  /** On the connection that there is (UTC); null without one. */
  lastHeardAt: number | null;
  qemuGa: QemuGaFound | null;
  domain: Pick<Domain, 'key' | 'isRunning'> | null;
  host: Pick<HostView, 'sources' | 'offSince' | 'ignoredUsers'>;
}): GuestState {
  if (domain?.isRunning === false) {
    const since = offSince.get(domain.key) ?? null;
    return lastHeardAt !== null && since !== null && lastHeardAt > since ? 'connected' : 'off';
  }
  if (lastHeardAt !== null || qemuGa?.kind === 'answered') return 'connected';
  if (record === null) return 'no-agent';
  const wasOfThisHost = record.identities.some(({ kind }) => kind === 'domain');
  const answers = (wanted: Source) => sources.some(({ source, used }) => source === wanted && used);
  // A definition that is gone may have gone with its guest to another host.
  const mayHaveMoved = answers('libvirt') || answers('proxmox');
  // In which only qemu-ga ever was, nobody is known anywhere else: it is off as far as this host goes.
  const wasAskedHereOnly = record.agentVersion === null;
  const hasNoQemu = answers('qemu-process') && ignoredUsers.length === 0;
  if (domain === null && wasOfThisHost && hasNoQemu && (!mayHaveMoved || wasAskedHereOnly)) return 'off';
  if (record.agentVersion === null) return 'no-agent';
  return record.visits === null ? 'away' : 'visits';
}
