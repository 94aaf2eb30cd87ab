import type { InsideView } from '../../model/status.ts';
import type { KnownGuest } from './known-guests.ts';

/** Who can be asked in a guest: our agent, else qemu-ga; null where nobody can. */
export function describeInside({ connected, qemuGa }: Pick<KnownGuest, 'connected' | 'qemuGa'>): InsideView | null {
  if (connected !== null) return { kind: 'trimtab-agent', version: connected.agentVersion, allows: null };
  if (qemuGa?.kind !== 'answered') return null;
  const { version, allows } = qemuGa.described;
  return { kind: 'qemu-ga', version, allows };
}
