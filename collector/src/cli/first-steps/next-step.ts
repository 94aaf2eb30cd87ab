import { quote } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import type { NextStep } from '../../model/first-steps.ts';
import type { GuestRow, GuestsView, ImageRow, StatusView } from '../../model/status.ts';

/** What the collector was asked for, to say what is next. */
export interface Seen {
  readonly status: Pick<StatusView, 'images' | 'pools' | 'firingAlerts'>;
  readonly guests: Pick<GuestsView, 'guests' | 'held'>;
  readonly wasTrimmed: boolean;
}

/**
 * The one next command. What has to be set up goes before what happens later, and of that first what helps without
 * anybody having to enter a guest: an agent in it would trim in vain where the host drops its discards.
 */
export function findNextStep(seen: Seen): NextStep {
  const { guests } = seen.guests;
  const running = guests.filter(({ state, source }) => state !== 'off' && source !== 'loop-devices');
  if (running.length === 0) return tellNobody(guests);
  const bare = running.filter(isBare);
  const isSetUp = bare.length < running.length;
  return (
    tellHeld(seen) ??
    tellLossesOnHost(seen.status) ??
    (isSetUp ? null : tellBare(bare, seen)) ??
    tellAlerts(seen.status) ??
    tellBare(bare, seen) ??
    tellUntrimmed(running, seen) ??
    tellAway(running) ?? {
      kind: 'none',
      command: 'trimtab status',
      why: 'Every guest that runs can be asked, and nothing stands out.',
      does: 'shows what is in the pools',
    }
  );
}

/** Nobody can be asked in it, and it never had an agent. */
export function isBare({ state }: Pick<GuestRow, 'state'>): boolean {
  return state === 'no-agent';
}

function tellNobody(guests: readonly GuestRow[]): NextStep {
  if (guests.length > 0)
    return { kind: 'none', command: 'trimtab status', why: 'No guest runs now.', does: 'shows what their images hold' };
  return {
    kind: 'find-guests',
    command: 'trimtab doctor',
    why: 'No guest was found.',
    does: 'says who was asked for them, and what each answered',
  };
}

function tellHeld({ guests: { held } }: Seen): NextStep | null {
  const waiting = held.filter(({ approvedBy }) => approvedBy === null).length;
  if (waiting === 0) return null;
  const who =
    waiting === 1 ? 'A guest is held, since it may be a copy' : `${waiting} guests are held, since they may be copies`;
  return { kind: 'decide-held', command: 'trimtab guests', why: `${who}.`, does: 'says why, and how to let one in' };
}

/** What the configuration of the host says, nobody in a guest need tell. */
function tellLossesOnHost({ images, pools }: Seen['status']): NextStep | null {
  const losing = images.filter(
    ({ discard, readOnly, source }) => isLosing({ discard, readOnly }) && source !== 'loop-devices',
  );
  const thin = pools.filter(({ discards }) => discards === 'ignore').map(({ key }) => key);
  if (losing.length === 0 && thin.length === 0) return null;
  const guests = new Set(losing.map(({ guest }) => guest)).size;
  const disks = `${countOf(losing.length, 'disk')} of ${countOf(guests, 'guest')}`;
  const what =
    losing.length > 0 ? `discards of ${disks} are dropped on this host` : `the thin pool ${thin[0]} ignores discards`;
  return {
    kind: 'mend-host',
    command: 'trimtab doctor',
    why: `What is deleted does not come back: ${what}. No agent is needed to see that.`,
    does: 'says how to mend it',
  };
}

function isLosing({ discard, readOnly }: Pick<ImageRow, 'discard' | 'readOnly'>): boolean {
  return discard === 'ignore' && !readOnly;
}

function tellBare(bare: readonly GuestRow[], { status, guests }: Seen): NextStep | null {
  const most = findLargest(bare, status.images);
  if (most === null) return null;
  const all = guests.guests.filter(({ state }) => state !== 'off').length;
  const who =
    bare.length === all
      ? 'No guest has an agent yet'
      : `${countOf(bare.length, 'guest')} that ${bare.length === 1 ? 'runs has' : 'run have'} no agent`;
  return {
    kind: 'enroll',
    command: `trimtab enroll ${quote(addressOf(most.guest, guests.guests))}`,
    why: `${who}: nobody can say what of their images is no longer in use, or be asked to trim.${tellSize(most)}`,
    does: 'prints the line by which its agent joins',
  };
}

function tellAlerts({ firingAlerts }: Seen['status']): NextStep | null {
  if (firingAlerts === 0) return null;
  const who = firingAlerts === 1 ? 'An alert fires' : `${firingAlerts} alerts fire`;
  return { kind: 'read-alerts', command: 'trimtab alerts', why: `${who}.`, does: 'says of what, and since when' };
}

function tellUntrimmed(running: readonly GuestRow[], { status, guests, wasTrimmed }: Seen): NextStep | null {
  if (wasTrimmed) return null;
  const able = running.filter(({ trimmable }) => (trimmable?.filesystems ?? 0) > 0);
  const most = findLargest(able, status.images);
  if (most === null) return null;
  return {
    kind: 'first-trim',
    command: `trimtab trim ${quote(addressOf(most.guest, guests.guests))}`,
    why: `No trim has been seen yet.${tellSize(most)}`,
    does: 'trims it, and measures what the host gets back',
  };
}

function tellAway(running: readonly GuestRow[]): NextStep | null {
  const away = running.filter(({ state }) => state === 'away').length;
  if (away === 0) return null;
  const who = away === 1 ? 'The agent of a guest is away' : `The agents of ${away} guests are away`;
  return { kind: 'find-away', command: 'trimtab guests', why: `${who}.`, does: 'says when each was last heard' };
}

interface Largest {
  readonly guest: GuestRow;
  /** Null where no image of it could be measured. */
  readonly bytes: number | null;
}

/** By what its images take: so much may be deleted in it, at most. */
function findLargest(guests: readonly GuestRow[], images: readonly ImageRow[]): Largest | null {
  const imagesOf = Map.groupBy(images, ({ guest }) => guest);
  const sized = guests.map((guest): Largest => {
    const sizes = (imagesOf.get(guest.name) ?? []).flatMap(({ readOnly, allocationBytes }) =>
      readOnly || allocationBytes === null ? [] : [allocationBytes],
    );
    return { guest, bytes: sizes.length === 0 ? null : sizes.reduce((sum, bytes) => sum + bytes, 0) };
  });
  return sized.toSorted((one, other) => (other.bytes ?? -1) - (one.bytes ?? -1))[0] ?? null;
}

function tellSize({ guest, bytes }: Largest): string {
  return bytes === null ? '' : ` ${guest.name} has the largest images: ${formatBytes(bytes)}.`;
}

/** By what a command must call it. */
function addressOf({ name, id }: GuestRow, all: readonly GuestRow[]): string {
  return all.filter((other) => other.name === name).length === 1 ? name : (id ?? name);
}

const countOf = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
