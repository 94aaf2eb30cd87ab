import type { Trimmer } from '../trims/agent-trimmer.ts';
import type { QemuGaTrimmer } from './qga-trimmer.ts';

/**
 * Each trim is carried out by whoever is inside its guest: our agent where it is there, else qemu-ga. What qemu-ga has
 * begun it ends, also where an agent comes meanwhile.
 */
export function createEitherTrimmer({
  agent,
  qemuGa,
  isConnected,
}: {
  agent: Trimmer;
  qemuGa: QemuGaTrimmer;
  /** Is an agent of this guest there? */
  isConnected(guestId: Parameters<QemuGaTrimmer['has']>[0]): boolean;
}): Trimmer {
  const of = ({ guestId }: { guestId: Parameters<QemuGaTrimmer['has']>[0] }) => (qemuGa.has(guestId) ? qemuGa : agent);
  return {
    ask: (request) => (isConnected(request.guestId) ? agent : qemuGa).ask(request),
    canCure: (guest) => (guest.byQemuGa === undefined ? agent : qemuGa).canCure(guest),
    grant: (trim) => of(trim).grant(trim),
    canCancel: (trim) => of(trim).canCancel(trim),
    cancel: (trim) => of(trim).cancel(trim),
    acknowledge: (trim) => of(trim).acknowledge(trim),
  };
}
