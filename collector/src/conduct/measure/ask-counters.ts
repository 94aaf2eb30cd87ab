import { toCause } from '@trimtab/protocol/shared';
import type { Domain, HostDisk, Monitor } from '../../model/domain.ts';
import type { QemuCounters } from '../../model/sample.ts';
import type { Qmp } from '../../ports/qmp.ts';
import { askMonitors, type MonitorAnswer } from '../../qemu/ask-monitors.ts';
import { COUNTER_QUESTIONS, furtherQuestions, readCounters } from '../../qemu/block-counters.ts';
import type { KnownDisk } from './known-disks.ts';

/** What each guest's QEMU said; one conversation answers for all disks of a guest. */
export type CounterAnswers = ReadonlyMap<Domain, MonitorAnswer<readonly unknown[]>>;

export async function askCounters(
  { qmp, mayTaint }: { readonly qmp: Pick<Qmp, 'ask'>; readonly mayTaint: boolean },
  disks: readonly KnownDisk[],
): Promise<CounterAnswers> {
  const domains = [...new Set(disks.map(({ domain }) => domain))];
  return new Map(
    await Promise.all(
      domains.map(async (domain) => {
        const { monitors } = domain;
        const ask = async (monitor: Monitor) => {
          const answers = await qmp.ask(monitor, COUNTER_QUESTIONS);
          const further = furtherQuestions(answers);
          return further.length === 0 ? answers : [...answers, ...(await qmp.ask(monitor, further))];
        };
        return [domain, await askMonitors({ monitors, mayTaint, ask })] as const;
      }),
    ),
  );
}

/** The counters of one disk, or why there are none. An answer that cannot be understood is as good as none. */
export function countersOf(
  answer: MonitorAnswer<readonly unknown[]> | undefined,
  disk: HostDisk,
): { readonly counters: QemuCounters | null; readonly why: string | null } {
  if (answer === undefined) return { counters: null, why: null };
  if (answer.kind === 'silent') return { counters: null, why: answer.why };
  try {
    const counters = readCounters(answer.answer, disk);
    return { counters, why: counters === null ? 'QEMU does not list this disk' : null };
  } catch (error) {
    return { counters: null, why: `QEMU’s counters could not be read: ${toCause(error)}` };
  }
}
