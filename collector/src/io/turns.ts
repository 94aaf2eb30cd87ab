import { createLateCalls } from './late-calls.ts';

/** A disk that sleeps takes some seconds to spin up; what hangs, hangs for ever. */
export const PATIENCE_MS = 5_000;

/** Threads that read files: libuv starts four, bin/trimtab.mjs asks for sixteen. */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/** A quarter of them for one server, and for all that may hang what leaves a quarter to this host's own disks. */
export const SHARE = 4;

/** What is silent as a whole. */
export interface NamedPlace {
  readonly name: string;
  /** What answers for it, and for others as well: the device of a filesystem, whose threads they share. */
  readonly device: string;
  /** Whoever answers for it is not this host. */
  readonly isRemote: boolean;
}

export interface Turns {
  /**
   * The answer; null when the work fails, when it takes too long, and at once while something that was asked of the
   * same place earlier has not been answered: a call that hangs in the kernel holds its thread until then.
   */
  take<Value>(place: NamedPlace, work: () => Promise<Value | null>): Promise<Value | null>;
  isSilent(place: NamedPlace): boolean;
  /** The names of the places that have not answered. */
  silent(): readonly string[];
}

interface Device {
  readonly name: string;
  readonly isRemote: boolean;
  hasAnswered: boolean;
  underWay: number;
  stuck: number;
  /** From `next` on: to shift one off an array of thousands moves them all. */
  waiting: Work[];
  next: number;
}

interface Work {
  readonly place: string;
  readonly start: () => Promise<void>;
  readonly giveUp: () => void;
}

/**
 * Calls to the kernel that may hang (a server of NFS that is gone, a FUSE that does not answer, a disk that died just
 * after it had answered), each in a turn of the device that it is for. What hangs loses itself, and neither the others
 * nor the threads that they need: for one disk never more than half of those are under way that the others leave.
 */
export function createTurns({ patienceMs = PATIENCE_MS, threads = THREADS } = {}): Turns {
  const share = Math.max(1, Math.floor(threads / SHARE));
  const mostHanging = threads - share;
  const calls = createLateCalls({ patienceMs });
  const devices = new Map<string, Device>();
  const stuck = createTally();
  /** Those whose turn it would be, were less under way that may hang. */
  const held = new Set<Device>();

  /** Where much hangs, what is left is for the disks of this host: other servers may be gone as well. */
  const isGivenUp = (device: Pick<Device, 'isRemote' | 'stuck'>) =>
    stuck.inAll() >= (mayHang(device) ? mostHanging : threads);

  const isRefused = (place: NamedPlace) =>
    stuck.of(place.name) > 0 || isGivenUp(devices.get(place.device) ?? openDevice(place));

  function startWaiting(device: Device): void {
    held.delete(device);
    while (device.underWay < widthOf({ device, share, left: threads - (calls.count() - device.underWay) })) {
      const work = device.waiting[device.next];
      if (work === undefined) break;
      if (mayHang(device) && calls.count() >= mostHanging) {
        if (isGivenUp(device)) break;
        held.add(device);
        return;
      }
      device.next += 1;
      void run(device, work);
    }
    if (device.next === device.waiting.length || isGivenUp(device)) drop(device, () => true);
    if (device.underWay === 0) devices.delete(device.name);
  }

  async function run(device: Device, work: Work): Promise<void> {
    const call = { onStuck: () => holdUp(device, work) };
    device.underWay += 1;
    calls.begin(call);
    await work.start();
    device.hasAnswered = true;
    device.underWay -= 1;
    if (calls.end(call)) {
      device.stuck -= 1;
      stuck.add(work.place, -1);
    }
    startNext(device);
  }

  /** Those that were held go first: a busy disk would keep them waiting. */
  function startNext(device: Device): void {
    for (const each of held) {
      if (calls.count() >= mostHanging && !isGivenUp(each)) break;
      startWaiting(each);
    }
    startWaiting(device);
  }

  function holdUp(device: Device, { place, giveUp }: Work): void {
    device.stuck += 1;
    stuck.add(place, 1);
    giveUp();
    drop(device, (work) => work.place === place);
    startNext(device);
  }

  return {
    take(place, work) {
      if (isRefused(place)) return Promise.resolve(null);
      const device = devices.get(place.device) ?? openDevice(place);
      devices.set(device.name, device);
      return new Promise((resolve) => {
        const giveUp = () => resolve(null);
        device.waiting.push({ place: place.name, start: () => work().then(resolve, giveUp), giveUp });
        startWaiting(device);
      });
    },
    isSilent: isRefused,
    silent: stuck.names,
  };
}

function openDevice({ device: name, isRemote }: NamedPlace): Device {
  return { name, isRemote, hasAnswered: false, underWay: 0, stuck: 0, waiting: [], next: 0 };
}

/**
 * How much of it may be under way. A server that is gone holds one thread, and not its whole share, if nothing of it has
 * answered. `left`: threads that others leave.
 */
function widthOf({ device, share, left }: { device: Device; share: number; left: number }): number {
  if (device.stuck > 0) return device.stuck + 1;
  if (device.isRemote) return device.hasAnswered ? share : 1;
  return Math.max(1, Math.floor(left / 2));
}

/** Where something of a disk hangs, the rest may answer: a link in a folder of it leads anywhere. */
function mayHang({ isRemote, stuck }: Pick<Device, 'isRemote' | 'stuck'>): boolean {
  return isRemote || stuck > 0;
}

/** Those that have had their turn go too. */
function drop(device: Device, isDropped: (work: Work) => boolean): void {
  const waiting = device.waiting.slice(device.next);
  device.waiting = waiting.filter((work) => !isDropped(work));
  device.next = 0;
  for (const work of waiting) if (isDropped(work)) work.giveUp();
}

/** How many of each, and in all; without those of which there is none. */
function createTally() {
  const counts = new Map<string, number>();
  let sum = 0;
  return {
    of: (name: string): number => counts.get(name) ?? 0,
    names: () => [...counts.keys()],
    inAll: () => sum,
    add(name: string, more: number): void {
      sum += more;
      const count = (counts.get(name) ?? 0) + more;
      if (count === 0) counts.delete(name);
      else counts.set(name, count);
    },
  };
}
