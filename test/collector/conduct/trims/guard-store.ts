import type { TrimId } from '@trimtab/protocol';
import type { Verdict } from '../../../../collector/src/model/trim-result.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';

/**
 * The store as one collector has it: it fails when the world says so, and of a collector that was killed no call ever
 * ends.
 */
export function guardStore({
  kept,
  world,
  isAlive,
}: {
  kept: Store;
  world: {
    isStoreDown: boolean;
    lost: Set<TrimId>;
    verdicts: ReadonlyMap<TrimId, Verdict>;
    pause(): Promise<void>;
    before: {
      saveJobs(): Promise<void>;
      openTrims(): Promise<void>;
      findTrim(): Promise<void>;
      openTrim(): Promise<void>;
      findOpenTrim(): Promise<void>;
      closeLost(trimId: TrimId): Promise<void>;
    };
    openTrimsAsked: number;
  };
  isAlive(): boolean;
}): Store {
  const never = new Promise<never>(() => {});
  function guard<Arguments extends unknown[], Answer>(work: (...given: Arguments) => Promise<Answer>) {
    return async (...given: Arguments): Promise<Answer> => {
      await world.pause();
      if (!isAlive()) return never;
      if (world.isStoreDown) throw new Error('the store is down');
      const answer = await work(...given);
      await world.pause();
      return isAlive() ? answer : never;
    };
  }
  return {
    ...kept,
    async openTrim(trim) {
      await world.before.openTrim();
      return guard(kept.openTrim)(trim);
    },
    async findOpenTrim(trim) {
      await world.before.findOpenTrim();
      return guard(kept.findOpenTrim)(trim);
    },
    async findTrim(trim) {
      await world.before.findTrim();
      return guard(kept.findTrim)(trim);
    },
    history: guard(kept.history),
    earlierTrims: guard(kept.earlierTrims),
    async saveJobs(changes) {
      await world.before.saveJobs();
      return guard(kept.saveJobs)(changes);
    },
    openTrims: guard(async (guestId) => {
      world.openTrimsAsked += 1;
      await world.before.openTrims();
      return kept.openTrims(guestId);
    }),
    withdrawTrim: guard(kept.withdrawTrim),
    closeTrim: guard(async (closed) => {
      if (closed.report === null) {
        await world.before.closeLost(closed.result.id);
        world.lost.add(closed.result.id);
        return kept.closeTrim(closed);
      }
      const verdict = world.verdicts.get(closed.report.id) ?? 'reclaimed';
      const cause = verdict === 'stale' ? 'ext4-groups-flagged' : null;
      const disks = closed.result.disks.map((disk) => ({ ...disk, verdict, cause }));
      return kept.closeTrim({ ...closed, result: { ...closed.result, disks } });
    }),
  };
}
