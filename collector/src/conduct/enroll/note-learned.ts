import type { Learned } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { GuestId } from '../../model/guest-id.ts';
import type { EnrolmentDeps } from './enrolment-deps.ts';

/** From one writing of what a guest has learned to the next: it may say another thing with each frame. */
export const LEARNED_WRITTEN_EVERY_MS = 10_000;

/** A key by which a guest came, and the pins that it has stored. */
export interface Known {
  readonly key: string;
  readonly learnedPins: readonly string[];
}

/** A guest whose pins were written, until the next may be. */
interface Written {
  /** What it said meanwhile. */
  later: Learned | null;
  readonly stop: () => void;
}

type Deps = Pick<EnrolmentDeps, 'clock' | 'log' | 'store' | 'hostKeys'>;

/** What guests that are connected say that they have stored of the keys of this host. */
export function createNoteLearned({ clock, log, store, hostKeys }: Deps) {
  const learned = new Map<GuestId, Known>();
  const written = new Map<GuestId, Written>();
  /** Of the guest before: nearly all have learned the same, and share one list. */
  let usual: readonly string[] = [];

  function keep(id: GuestId, { key, learnedPins }: Known): void {
    if (!areSame(learnedPins, usual)) usual = [...learnedPins];
    learned.set(id, { key, learnedPins: usual });
  }

  /** Nothing is written where it says what it said before, or what no key of this host has. */
  async function note(id: GuestId, said: Learned): Promise<void> {
    const waiting = written.get(id);
    // What it said last counts, also where that is what is stored.
    if (waiting !== undefined) {
      waiting.later = said;
      return;
    }
    const known = learned.get(id);
    const pins = said.pins.filter((pin) => hostKeys.find(pin) !== null);
    if (known === undefined || pins.length === 0 || areSame(pins, known.learnedPins)) return;
    keep(id, { key: known.key, learnedPins: pins });
    written.set(id, { later: null, stop: clock.after(LEARNED_WRITTEN_EVERY_MS, () => noteLater(id)) });
    await store.learned({ key: known.key, pins });
  }

  function noteLater(id: GuestId): void {
    const later = written.get(id)?.later ?? null;
    written.delete(id);
    if (later === null) return;
    note(id, later).catch((error: unknown) =>
      log.error({ reason: toReason(error) }, 'what a guest has learned could not be stored'),
    );
  }

  /** What waits is left out: when it comes again it is told again, and says it again. */
  function disconnected(id: GuestId): void {
    learned.delete(id);
    written.get(id)?.stop();
    written.delete(id);
  }

  return {
    connected: keep,
    note,
    disconnected,
    stop(): void {
      for (const id of [...written.keys()]) disconnected(id);
    },
  };
}

/** In whichever order. */
function areSame(one: readonly string[], other: readonly string[]): boolean {
  const [first, second] = [new Set(one), new Set(other)];
  return first.size === second.size && [...first].every((pin) => second.has(pin));
}
