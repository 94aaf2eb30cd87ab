import { toCause } from '@trimtab/protocol/shared';
import type { Domain, Finding, HostView, SourceState } from '../model/domain.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostSource, SourceAnswer } from '../ports/host-source.ts';
import { mergeDomains, type Told } from './merge-domains.ts';

/**
 * Everything this host says about its guests: all sources, merged. A source that fails now and answered before keeps
 * its last answer, with its age; the others go on.
 */
export function createHostReader({
  sources,
  clock,
}: {
  sources: readonly HostSource[];
  clock: Clock;
}): () => Promise<HostView> {
  const last = new Map<HostSource, Kept>();
  let offSince: HostView['offSince'] = new Map();

  async function readSource(source: HostSource): Promise<Reading> {
    const answer = await source
      .read()
      .catch((error): SourceAnswer => ({ kind: 'unavailable', why: toCause(error), hint: null }));
    const now = clock.now();
    if (answer.kind === 'unavailable')
      return { kind: 'failed', source, kept: last.get(source) ?? null, failure: answer };
    const { domains, findings } = answer;
    const kept: Kept = { told: { source: source.source, domains, findings }, answeredAt: now };
    last.set(source, kept);
    return { kind: 'answered', kept };
  }

  function noteOff(domains: readonly Domain[], beganAt: number): HostView['offSince'] {
    const off = domains.filter(({ isRunning }) => isRunning === false);
    offSince = new Map(off.map(({ key }) => [key, offSince.get(key) ?? beganAt]));
    return offSince;
  }

  return async () => {
    const beganAt = clock.now();
    const readings = await Promise.all(sources.map(readSource));
    const takenAt = clock.now();
    const { domains, findings } = mergeDomains(readings.flatMap(toTold));
    return {
      takenAt,
      domains,
      findings: [...readings.flatMap((reading) => noteAge(reading, takenAt)), ...findings],
      sources: readings.map((reading) => toState(reading, takenAt)),
      offSince: noteOff(domains, beganAt),
    };
  };
}

interface Kept {
  readonly told: Told;
  readonly answeredAt: number;
}

/** What one source said just now, or that it failed and what it said last. */
type Reading =
  | { readonly kind: 'answered'; readonly kept: Kept }
  | {
      readonly kind: 'failed';
      readonly source: HostSource;
      /** Null when it has never answered. */
      readonly kept: Kept | null;
      readonly failure: Extract<SourceAnswer, { kind: 'unavailable' }>;
    };

/** Which of its guests run, an answer of before no longer says. */
function toTold(reading: Reading): readonly Told[] {
  if (reading.kept === null) return [];
  const { told } = reading.kept;
  if (reading.kind === 'answered') return [told];
  return [{ ...told, domains: told.domains.map((domain) => ({ ...domain, isRunning: null })) }];
}

function toState(reading: Reading, now: number): SourceState {
  if (reading.kind === 'answered') {
    const { told, answeredAt } = reading.kept;
    return { source: told.source, used: true, sentence: countGuests(told), answeredAt };
  }
  const { source, kept, failure } = reading;
  if (kept === null) return { source: source.source, used: false, sentence: failure.why, answeredAt: null };
  const sentence = `${countGuests(kept.told)} as of ${formatAge(now - kept.answeredAt)} ago; now: ${failure.why}`;
  return { source: source.source, used: true, sentence, answeredAt: kept.answeredAt };
}

function noteAge(reading: Reading, now: number): Finding[] {
  if (reading.kind === 'answered' || reading.kept === null) return [];
  const { source, kept, failure } = reading;
  return [
    {
      subject: source.source,
      sentence: `It does not answer now (${failure.why}); what it said ${formatAge(now - kept.answeredAt)} ago is shown.`,
      hint:
        failure.hint ?? 'If this source is gone for good, restart the collector: it then forgets what the source said.',
    },
  ];
}

function countGuests({ domains }: Told): string {
  return domains.length === 1 ? '1 guest' : `${domains.length} guests`;
}

function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
