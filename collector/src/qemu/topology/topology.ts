import type { Domain, Monitor } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Qmp } from '../../ports/qmp.ts';
import { askMonitors } from '../ask-monitors.ts';
import type { TopologyAnswers } from './block-devices.ts';
import { askFurther, FIRST_QUESTIONS } from './questions.ts';
import { refineDomain } from './refine-domain.ts';

/** An answer may be so old: a disk that was plugged in shows so late at the most. */
const FRESH_MS = 2_000;

/** A monitor that somebody else holds costs its time limit at each try. */
export const REFUSED_MS = 30_000;

/** A survey goes on without a QEMU that greets and then says nothing; what comes later is there for the next. */
export const PATIENCE_MS = 3_000;

export interface Topology {
  /** The domain as its QEMU has it now; as it was given where QEMU cannot be asked. Never throws. */
  refine(domain: Domain): Promise<Domain>;
}

interface Asked {
  untilMs: number;
  readonly answers: Promise<TopologyAnswers | null>;
}

/**
 * Asks QEMU itself where the command line or the configuration may be out of date: two short connections a guest, on
 * demand. libvirt is not asked: its live XML follows hot-plug and snapshots, and each question would be a process.
 */
export function createTopology({ qmp, clock }: { qmp: Qmp; clock: Clock }): Topology {
  const known = new Map<string, Asked>();
  let forgetAtMs = Number.NEGATIVE_INFINITY;

  return {
    async refine(domain) {
      const monitors = domain.monitors.filter(({ kind }) => kind === 'socket');
      if (domain.source === 'libvirt' || monitors.length === 0) return domain;
      try {
        const answers = await inTime(recall(`${domain.key} ${domain.pid}`, monitors));
        return answers === null ? domain : refineDomain({ domain, answers });
      } catch {
        // An answer that is not understood: what the source told stands.
        return domain;
      }
    },
  };

  /** Null where it takes too long. */
  function inTime<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      const stopWaiting = clock.after(PATIENCE_MS, () => resolve(null));
      asked.then(resolve, reject).finally(stopWaiting);
    });
  }

  /** Only now and then: there may be thousands. */
  function forgetOld(nowMs: number): void {
    if (nowMs < forgetAtMs) return;
    forgetAtMs = nowMs + FRESH_MS;
    for (const [key, { untilMs }] of known) if (nowMs > untilMs) known.delete(key);
  }

  function recall(key: string, monitors: readonly Monitor[]): Promise<TopologyAnswers | null> {
    const nowMs = clock.monotonicMs();
    forgetOld(nowMs);
    const fresh = known.get(key);
    if (fresh !== undefined && nowMs <= fresh.untilMs) return fresh.answers;
    const asked: Asked = { untilMs: nowMs + FRESH_MS, answers: askAny(monitors) };
    known.set(key, asked);
    void asked.answers.then((answers) => {
      if (answers === null) asked.untilMs = clock.monotonicMs() + REFUSED_MS;
    });
    return asked.answers;
  }

  async function askAny(monitors: readonly Monitor[]): Promise<TopologyAnswers | null> {
    const found = await askMonitors({ monitors, mayTaint: false, ask });
    return found.kind === 'answered' ? found.answer : null;
  }

  async function ask(monitor: Monitor): Promise<TopologyAnswers> {
    const first = await qmp.ask(monitor, FIRST_QUESTIONS);
    const asked = askFurther(first);
    return { first, further: { asked, answers: await qmp.ask(monitor, asked) } };
  }
}
