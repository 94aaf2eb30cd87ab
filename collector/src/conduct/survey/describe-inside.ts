import type { InsideView } from '../../model/status.ts';
import { tellWithoutQemuGa } from './guest-faults.ts';
import type { KnownGuest } from './known-guests.ts';

/** Who can be asked in a guest: our agent, else qemu-ga, else nobody. */
export function describeInside({
  connected,
  domain,
  qemuGa,
}: Omit<KnownGuest, 'name' | 'record' | 'state'>): InsideView {
  if (connected !== null)
    return { kind: 'trimtab-agent', version: connected.agentVersion, allows: null, why: null, hint: null };
  if (qemuGa?.kind === 'answered') {
    const { version, allows, withheld } = qemuGa.described;
    return { kind: 'qemu-ga', version, allows, why: withheld?.cause ?? null, hint: withheld?.hint ?? null };
  }
  const { why, hint } = tellWithoutQemuGa({ record: null, domain, qemuGa }) ?? { why: null, hint: null };
  return { kind: 'none', version: null, allows: null, why, hint };
}

export const NOBODY: InsideView = { kind: 'none', version: null, allows: null, why: null, hint: null };
