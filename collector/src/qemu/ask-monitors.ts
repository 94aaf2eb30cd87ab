import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Monitor } from '../model/domain.ts';

/** What the first monitor said that answered; or why none did, with what to do about it where that is known. */
export type MonitorAnswer<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly by: Monitor['kind'] }
  | { readonly kind: 'silent'; readonly why: string };

const NO_MONITOR = 'this guest has no QMP socket that the collector knows of';
const NOT_ASKED = 'libvirt holds its QMP socket, and is not asked: it would note that on the domain';
const NEEDS_CONSENT =
  'libvirt holds its QMP socket, and would note on the domain that it was asked; trimtab trim with --even-if-tainted asks it';

/**
 * Asks the QEMU of one guest. All of its sockets at once, and the first answer counts: a socket serves one client at a
 * time, and one that somebody else holds would be waited for. libvirt is asked only when no socket answers, and only
 * where `mayTaint`: it notes on the domain that somebody asked ("tainted: custom monitor control commands issued").
 * `ask` is one conversation with one monitor; what it throws is the reason.
 */
export async function askMonitors<Answer>({
  monitors,
  mayTaint,
  ask,
}: {
  monitors: readonly Monitor[];
  mayTaint: boolean;
  ask: (monitor: Monitor) => Promise<Answer>;
}): Promise<MonitorAnswer<Answer>> {
  let why = monitors.reduce((last, monitor) => whyUnasked(monitor, mayTaint) ?? last, NO_MONITOR);
  for (const kind of ['socket', 'libvirt'] as const) {
    const some = monitors.filter((monitor) => monitor.kind === kind && whyUnasked(monitor, mayTaint) === null);
    if (some.length === 0) continue;
    try {
      return { kind: 'answered', answer: await Promise.any(some.map(ask)), by: kind };
    } catch (error) {
      why = toReason(error instanceof AggregateError ? error.errors[0] : error);
    }
  }
  return { kind: 'silent', why };
}

function whyUnasked(monitor: Monitor, mayTaint: boolean): string | null {
  if (monitor.kind === 'socket') return null;
  if (!mayTaint) return NOT_ASKED;
  return monitor.needsConsent === true ? NEEDS_CONSENT : null;
}

/** With its remedy, on one line. */
function toReason(error: unknown): string {
  if (error instanceof Fault && error.detail.hint !== null) return `${error.message}. ${error.detail.hint}`;
  return toCause(error);
}
