import type { Domain, Finding, HostView, SourceState } from '../model/domain.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostSource } from '../ports/host-source.ts';
import { type Answer, createAskSource, type SourceFailure } from './ask-source.ts';
import { mergeDomains, type Told } from './merge-domains.ts';

/**
 * Everything this host says about its guests: all sources, merged. A source that fails now, or does not answer in time,
 * and answered before keeps its last answer, with its age; the others go on.
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

  function keep(source: HostSource, { domains, findings, ignoredUsers = [] }: Answer): Kept {
    const kept: Kept = { told: { source: source.source, domains, findings }, ignoredUsers, answeredAt: clock.now() };
    last.set(source, kept);
    return kept;
  }

  const asked = sources.map((source) => ({
    source,
    ask: createAskSource({
      source,
      clock,
      onAnswer: (answer) => keep(source, answer),
    }),
  }));

  async function readSource({ source, ask }: (typeof asked)[number]): Promise<Reading> {
    const answer = await ask();
    if (answer.kind === 'unavailable')
      return { kind: 'failed', source, kept: last.get(source) ?? null, failure: answer };
    return { kind: 'answered', kept: last.get(source) ?? keep(source, answer) };
  }

  function noteOff(domains: readonly Domain[], beganAt: number): HostView['offSince'] {
    const off = domains.filter(({ isRunning }) => isRunning === false);
    offSince = new Map(off.map(({ key }) => [key, offSince.get(key) ?? beganAt]));
    return offSince;
  }

  return async () => {
    const beganAt = clock.now();
    const readings = await Promise.all(asked.map(readSource));
    const takenAt = clock.now();
    const { domains, findings } = mergeDomains(readings.flatMap(toTold));
    return {
      takenAt,
      domains,
      findings: [...readings.flatMap((reading) => noteAge(reading, takenAt)), ...findings],
      sources: readings.map((reading) => toState(reading, takenAt)),
      offSince: noteOff(domains, beganAt),
      ignoredUsers: readings.flatMap(({ kept }) => kept?.ignoredUsers ?? []),
    };
  };
}

interface Kept {
  readonly told: Told;
  readonly ignoredUsers: readonly string[];
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
      readonly failure: SourceFailure;
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
  if (reading.kind === 'answered') return [];
  const { source, kept, failure } = reading;
  if (kept === null) return failure.isLate ? [toLateFinding(source, failure)] : [];
  return [
    {
      subject: source.source,
      sentence: `It does not answer now (${failure.why}); what it said ${formatAge(now - kept.answeredAt)} ago is shown.`,
      hint:
        failure.hint ?? 'If this source is gone for good, restart the collector: it then forgets what the source said.',
    },
  ];
}

/** One that is not there is no news; one that hangs is. */
function toLateFinding({ source }: HostSource, { why }: SourceFailure): Finding {
  return { subject: source, sentence: `It has given ${why}; what it knows is not shown.`, hint: null };
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
