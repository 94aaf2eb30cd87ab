import { stacksOf } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { Slots } from '../../coordinate/slots.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import { type DiskPath, poolsOf } from '../../model/disk-path.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { disksBelow } from './disks-below.ts';
import type { FindTrimPaths } from './find-trim-paths.ts';
import { LONGEST_HOLD_MS, SILENCE_MS, type TrimInput, type TrimState } from './trim-model.ts';

export interface NeighboursDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Pick<Log, 'error'>;
  readonly slots: Pick<Slots, 'passBy'>;
  readonly findPaths: FindTrimPaths;
  readonly links: { find(id: GuestId): ConnectedGuest | null };
}

/** A guest that trims without a slot. */
interface Neighbour {
  readonly sinceMs: number;
  heardMs: number;
}

/** What a step of a trim's machine was. */
export interface Stepped {
  readonly guestId: GuestId;
  readonly input: TrimInput;
  readonly from: TrimState;
  readonly to: TrimState;
}

/**
 * Trims that go on without a slot: they began without a grant, or had theirs for too long. What they discard comes back
 * to pools all the same, so that those who have a slot there are not alone. As with a slot, a guest's word counts for
 * two minutes, and for no more than an hour on end; then only after it was silent.
 */
export function createNeighbours({ clock, log, slots, findPaths, links }: NeighboursDeps) {
  const neighbours = new Map<GuestId, Neighbour>();

  const isHeard = ({ heardMs }: Neighbour) => clock.monotonicMs() - heardMs < SILENCE_MS;

  function forgetSilent(): void {
    for (const [guestId, neighbour] of neighbours) if (!isHeard(neighbour)) neighbours.delete(guestId);
  }

  async function hear(guestId: GuestId, paths: readonly DiskPath[]): Promise<void> {
    forgetSilent();
    const nowMs = clock.monotonicMs();
    const known = neighbours.get(guestId);
    if (known !== undefined) {
      known.heardMs = nowMs;
      return;
    }
    const own: Neighbour = { sinceMs: nowMs, heardMs: nowMs };
    neighbours.set(guestId, own);
    const found = paths.length > 0 ? paths : await findAll(guestId);
    slots.passBy({
      pools: poolsOf(found),
      isThere: () =>
        neighbours.get(guestId) === own && isHeard(own) && clock.monotonicMs() - own.sinceMs < LONGEST_HOLD_MS,
    });
  }

  /** It did not say which filesystems it trims. */
  async function findAll(guestId: GuestId): Promise<readonly DiskPath[]> {
    const guest = links.find(guestId);
    if (guest === null || guest.inventory === null) return [];
    const mounts = stacksOf(guest.inventory).map(({ filesystem }) => filesystem.mount);
    return findPaths({ guest, disks: disksBelow(guest, mounts), asOf: 'lately' });
  }

  return {
    note(stepped: Stepped): void {
      const { guestId, input } = stepped;
      // One trim runs at a time in a guest: this is another, or its end.
      if (ENDS.has(input.kind)) neighbours.delete(guestId);
      else if (goesOnWithoutSlot(stepped))
        hear(guestId, pathsOf(stepped.from)).catch((error) =>
          log.error({ guestId, reason: toReason(error) }, 'on which pools a trim runs could not be told'),
        );
    },
  };
}

const ENDS: ReadonlySet<TrimInput['kind']> = new Set([
  'intended',
  'reported',
  'gave-up',
  'untrimmed',
  'superseded',
  'lost',
] as const);

function goesOnWithoutSlot({ input, from, to }: Stepped): boolean {
  switch (input.kind) {
    case 'started':
    case 'progressed':
      return to.kind === 'unseen' || (to.kind === 'running' && !to.hasSlot);
    case 'elapsed':
    case 'slot-checked':
      return hadSlot(from) && !hadSlot(to);
    case 'guest-left':
      return hadSlot(from);
    default:
      return false;
  }
}

/** Of one that was allowed to begin, and of which no report is here. */
function hadSlot(state: TrimState): boolean {
  return (state.kind === 'granted' || state.kind === 'running') && state.hasSlot;
}

function pathsOf(state: TrimState): readonly DiskPath[] {
  return 'paths' in state && state.paths !== null ? state.paths : [];
}
