import { toReason } from '@trimtab/protocol/shared';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Domain } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { QemuGaFound } from '../../model/guest-inside.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { readKnownNow } from '../survey/known-now.ts';
import type { QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import { everySoOften } from '../watch/steadily.ts';
import type { Watch } from '../watch/watch.ts';
import { canBeAsked } from './trim-all.ts';
import { createTurns } from './turns.ts';

/** Whose turn has come is seen so often: they are asked a few at a time, and not all at once. */
export const TURNS_SEEN_EVERY_MS = 60_000;

export interface SteadyUsagesDeps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly log: Pick<Log, 'warn'>;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly watch: Pick<Watch, 'overview' | 'told'>;
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly store: Pick<GuestsStore, 'guests'>;
  readonly qemuGaGuests: QemuGaGuests;
}

interface OfQemuGa {
  readonly id: GuestId;
  readonly domain: Domain;
}

/**
 * What the filesystems of guests use of which nothing but their qemu-ga tells, sampled as steadily as agents tell it.
 * Only of guests that were trimmed through it: others have no history. `qm` is not asked so: it starts a program for
 * each question.
 */
export function createSteadyUsages(deps: SteadyUsagesDeps): { start(): void; stop(): void } {
  const { clock, log, random, watch, qemuGaGuests } = deps;
  const turns = createTurns({ clock, random });
  let isStopped = false;

  async function listGuests(): Promise<readonly OfQemuGa[]> {
    const { host } = (await watch.overview({ now: false })).reading;
    if (!host.domains.some(isAskedSteadily)) return [];
    return (await readKnownNow(deps, host)).flatMap(({ record, connected, domain }) => {
      if (record === null || record.agentVersion !== null || connected !== null) return [];
      return domain !== null && isAskedSteadily(domain) ? [{ id: record.id, domain }] : [];
    });
  }

  async function askThoseDue(): Promise<void> {
    const guests = await listGuests();
    const before = qemuGaGuests.known();
    const due = new Set(
      turns.due(guests.map(({ domain: { key } }) => ({ key, answers: before.get(key)?.kind === 'answered' }))),
    );
    const asked = guests.filter(({ domain }) => due.has(domain.key));
    if (asked.length === 0) return;
    const domains = asked.map(({ domain }) => domain);
    const found = await qemuGaGuests.ask(domains, 0);
    if (isStopped) return;
    for (const { id, domain } of asked) {
      const answer = found.get(domain.key);
      turns.over(domain.key, { hangs: answer?.kind === 'silent' && answer.fault.code === 'guest-agent-silent' });
      // While a trim is under way over its channel, what it said before that stands: it is of another moment.
      if (answer !== undefined && answer !== before.get(domain.key)) tell(id, answer);
    }
  }

  function tell(id: GuestId, answer: QemuGaFound): void {
    const inventory = answer.kind === 'answered' ? answer.described.inventory : null;
    if (inventory === null) return;
    const filesystems = inventory.filesystems.flatMap(({ mount, usedBytes, sizeBytes }) =>
      usedBytes === null || sizeBytes === null ? [] : [{ mount, usedBytes, totalBytes: sizeBytes }],
    );
    watch.told({ id, isKnown: true, inventory }, { filesystems });
  }

  const asking = everySoOften({
    clock,
    everyMs: TURNS_SEEN_EVERY_MS,
    work: askThoseDue,
    onFailed: (error) => log.warn({ reason: toReason(error) }, NOT_ASKED),
  });
  return {
    start: asking.start,
    /** What is told from then on is not stored. */
    stop() {
      isStopped = true;
      asking.stop();
    },
  };
}

const NOT_ASKED = 'what guests with qemu-ga use could not be asked';

function isAskedSteadily(domain: Domain): boolean {
  const { guestAgent } = domain;
  return canBeAsked(domain) && guestAgent?.kind === 'channel' && guestAgent.channel.kind !== 'proxmox';
}
