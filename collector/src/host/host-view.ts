import { toCause } from '@trimtab/protocol/shared';
import type { Finding, HostView, SourceState } from '../model/domain.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostSource, SourceAnswer } from '../ports/host-source.ts';
import { mergeDomains, type Told } from './merge-domains.ts';

/**
 * Everything this host says about its guests: all sources, merged. A source that fails now and answered before keeps its last
 * answer, with its age; the others go on.
 */
export function createHostReader({
  sources,
  clock,
}: {
  sources: readonly HostSource[];
  clock: Clock;
}): () => Promise<HostView> {
  const last = new Map<HostSource, Kept>();

  async function readSource(source: HostSource): Promise<Heard> {
    const answer = await source.read().catch((error): SourceAnswer => ({ unavailable: toCause(error), hint: null }));
    const now = clock.now();
    if (answer.unavailable === null) {
      const kept = { told: { source: source.source, ...answer }, answeredAt: now };
      last.set(source, kept);
      return { ...kept, failure: null };
    }
    return { source, kept: last.get(source) ?? null, failure: answer };
  }

  return async () => {
    const heard = await Promise.all(sources.map(readSource));
    const takenAt = clock.now();
    const { domains, findings } = mergeDomains(heard.flatMap((one) => toTold(one) ?? []));
    return {
      takenAt,
      domains,
      findings: [...heard.flatMap((one) => noteAge(one, takenAt)), ...findings],
      sources: heard.map((one) => toState(one, takenAt)),
    };
  };
}

interface Kept {
  readonly told: Told;
  readonly answeredAt: number;
}

type Heard =
  | (Kept & { readonly failure: null })
  | {
      readonly source: HostSource;
      readonly kept: Kept | null;
      readonly failure: Exclude<SourceAnswer, { unavailable: null }>;
    };

function toTold(heard: Heard): Told | null {
  return heard.failure === null ? heard.told : (heard.kept?.told ?? null);
}

function toState(heard: Heard, now: number): SourceState {
  if (heard.failure === null) {
    const { told, answeredAt } = heard;
    return { source: told.source, used: true, sentence: countGuests(told), answeredAt };
  }
  const { source, kept, failure } = heard;
  if (kept === null) return { source: source.source, used: false, sentence: failure.unavailable, answeredAt: null };
  const sentence = `${countGuests(kept.told)} as of ${formatAge(now - kept.answeredAt)} ago; now: ${failure.unavailable}`;
  return { source: source.source, used: true, sentence, answeredAt: kept.answeredAt };
}

function noteAge(heard: Heard, now: number): Finding[] {
  if (heard.failure === null || heard.kept === null) return [];
  const { source, kept, failure } = heard;
  return [
    {
      subject: source.source,
      sentence: `It does not answer now (${failure.unavailable}); what it said ${formatAge(now - kept.answeredAt)} ago is shown.`,
      hint: failure.hint ?? 'When this is as it should be, restart the collector, and it forgets.',
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
