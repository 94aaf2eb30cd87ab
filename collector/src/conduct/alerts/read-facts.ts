import type { AlertFacts, GuestFacts } from '../../alert/facts.ts';
import { type AlertRule, GUEST_RULES } from '../../model/alert.ts';
import type { AlertSettings } from '../../model/alert-settings.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { PoolState } from '../../model/pool.ts';
import { isOverdue } from '../../model/visits.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Foresight } from '../../ports/foresight.ts';
import type { GuestKeysStore, HeldGuest } from '../../ports/store/guest-keys.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { isWaiting } from '../enroll/waiting.ts';
import { isRevoked } from '../survey/is-revoked.ts';
import { type KnownGuest, type KnownGuestsDeps, readKnownGuests } from '../survey/known-guests.ts';
import { createGuestSlack, type GuestSlackDeps } from './guest-slack.ts';
import { createRecentTrims } from './recent-trims.ts';

type HeldStore = Pick<GuestKeysStore, 'keys' | 'held'>;

/** The agent of one that is held comes again within a minute or so: who has not since then is gone. */
export const HELD_STAYS_MS = 3_600_000;

export interface FactsDeps extends GuestSlackDeps {
  readonly survey: GuestSlackDeps['survey'] & KnownGuestsDeps['survey'];
  readonly clock: GuestSlackDeps['clock'] & Pick<Clock, 'now'>;
  readonly store: GuestSlackDeps['store'] & Pick<TrimsStore, 'history' | 'earlierTrims'> & HeldStore;
  readonly settings: Pick<AlertSettings, 'alertTrims'>;
  readonly foresight: Foresight;
  /** As they were last seen. The store is not asked: that its disk is full may be what they tell. */
  readPools(): Promise<readonly PoolState[]>;
  /** Something could not be read; the rest is told all the same. */
  onUnread(unread: { readonly what: string; readonly error: unknown }): void;
}

/** One that visits is, once it should have come. */
function isMissed({ state, record }: Pick<KnownGuest, 'state' | 'record'>, now: number): boolean {
  const visits = record?.visits ?? null;
  return state === 'away' || (state === 'visits' && visits !== null && isOverdue(visits, now));
}

export interface ReadFacts {
  readonly facts: AlertFacts;
  /** Is it known that there is no such subject any more? */
  isGone(watched: { readonly rule: AlertRule; readonly subject: string }): boolean;
}

/** Reads what the rules rest on. A part that cannot be read says nothing: what stood before stands. */
export function createReadFacts(deps: FactsDeps): () => Promise<ReadFacts> {
  const { survey, links, store, qemuGaGuests, foresight, readPools, onUnread, settings } = deps;
  const recentTrims = createRecentTrims({ clock: deps.clock, store, wanted: settings.alertTrims });
  const guestSlack = createGuestSlack(deps);

  async function attempt<Value>(what: string, work: () => Promise<Value>): Promise<Value | null> {
    try {
      return await work();
    } catch (error) {
      onUnread({ what, error });
      return null;
    }
  }

  async function describeGuests(known: readonly KnownGuest[]): Promise<readonly GuestFacts[]> {
    const records = known.flatMap(({ record }) => record ?? []);
    const trims = await attempt('the last trims', () => recentTrims.read(records));
    const slack = await attempt('what the guests do not use', () => guestSlack.read());
    const isAway = (guest: KnownGuest) => isMissed(guest, deps.clock.now()) && guest.domain?.isRunning === true;
    const keptOut = known.some(isAway) ? await attempt('the keys of guests', () => readKeptOut(store)) : null;
    return known.flatMap((guest) => {
      const { name, record, connected, domain } = guest;
      if (record === null || domain === null || domain.source === 'loop-devices') return [];
      return [
        {
          name,
          isAway: isAway(guest) && keptOut?.has(record.id) !== true,
          lastHeardAt: connected?.lastHeardAt ?? record.lastSeenAt,
          trims: trims?.get(record.id) ?? [],
          slack: slack?.get(name) ?? null,
        },
      ];
    });
  }

  return async () => {
    const pools = await attempt('the pools', readPools);
    const forecasts = await attempt('the forecasts', () => foresight.poolForecasts());
    const known = await attempt('the guests', () =>
      readKnownGuests({ survey, links, store }, async () => qemuGaGuests.known()),
    );
    const held = await attempt('who is held', () => store.held());
    const comesStill = ({ lastAt }: HeldGuest) => deps.clock.now() - lastAt <= HELD_STAYS_MS;
    const names = known === null ? null : new Set(known.map(({ name }) => name));
    return {
      facts: {
        pools,
        forecasts: new Map((forecasts ?? []).map(({ pool, forecast }) => [pool, forecast])),
        guests: known === null ? null : await describeGuests(known),
        held: held?.filter((one) => isWaiting(one) && comesStill(one)) ?? null,
      },
      isGone: ({ rule, subject }) => names !== null && GUEST_RULES.has(rule) && !names.has(subject),
    };
  };
}

/** The guests that a person has revoked: they are not away, and no log of theirs says more. */
async function readKeptOut(store: HeldStore): Promise<ReadonlySet<GuestId>> {
  const keysOf = Map.groupBy(await store.keys(), ({ guest }) => guest);
  return new Set([...keysOf].filter(([, keys]) => isRevoked(keys)).map(([guest]) => guest));
}
