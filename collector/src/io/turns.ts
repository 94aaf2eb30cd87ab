/** A disk that sleeps takes some seconds to spin up; what hangs, hangs for ever. */
export const PATIENCE_MS = 5_000;

/** Threads that read files: libuv starts four, bin/trimtab.mjs asks for sixteen. */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/** A quarter of them for one place, and for all that hang what leaves a quarter to what answers. */
export const SHARE = 4;

/**
 * Of a disk of this host that has just answered: to wake a thread for each call costs several times the call. What hangs
 * hangs before the first answer; a filesystem on the network may answer some calls from its cache, so it is not trusted
 * so far.
 */
export const WIDE = 64;
const TRUSTED_MS = 20;

/** How often it is asked whether something is late: twice, so that a program that was stopped meanwhile is forgiven. */
const CHECK_MS = 250;

function openPlace({ name, isRemote }: NamedPlace): Place {
  return { name, isRemote, underWay: 0, stuck: 0, waiting: [], next: 0, answeredAtMs: Number.NEGATIVE_INFINITY };
}

function isTrusted({ isRemote, answeredAtMs }: Place): boolean {
  return !isRemote && performance.now() - answeredAtMs < TRUSTED_MS;
}

/** A server that is gone holds one thread, and not its whole share, if nothing of it has answered. */
function widthOf(place: Place, share: number): number {
  if (place.isRemote && place.answeredAtMs === Number.NEGATIVE_INFINITY) return 1;
  return isTrusted(place) ? WIDE : share;
}

function forget(place: Place): void {
  place.waiting = [];
  place.next = 0;
}

export interface Turns {
  /**
   * The answer; null when the work fails, when it takes too long, and at once while something that was asked of the
   * same place earlier has not been answered: a call that hangs in the kernel holds its thread until then.
   */
  take<Value>(place: NamedPlace, work: () => Promise<Value | null>): Promise<Value | null>;
  isSilent(place: NamedPlace): boolean;
}

export interface NamedPlace {
  readonly name: string;
  /** Whoever answers for it is not this host. */
  readonly isRemote: boolean;
}

interface Place extends NamedPlace {
  answeredAtMs: number;
  underWay: number;
  stuck: number;
  /** From `next` on: to shift one off an array of thousands moves them all. */
  waiting: Work[];
  next: number;
}

interface Work {
  readonly start: () => Promise<void>;
  readonly giveUp: () => void;
}

interface Running {
  readonly place: Place;
  readonly giveUp: () => void;
  readonly untilMs: number;
  state: 'in time' | 'late' | 'stuck';
}

/**
 * Calls to the kernel that may hang (a server of NFS that is gone, a FUSE that does not answer), each in a turn of the
 * place that it is for. A hung place loses itself, and neither the others nor the threads that they need.
 */
export function createTurns({ patienceMs = PATIENCE_MS, threads = THREADS } = {}): Turns {
  const atOnce = Math.max(1, Math.floor(threads / SHARE));
  const mostStuck = threads - atOnce;
  const places = new Map<string, Place>();
  /** In the order of their start, which is that of their ends. */
  const running = new Set<Running>();
  let stuck = 0;
  let checking: NodeJS.Timeout | null = null;

  /** Where much hangs, what is left is for the disks of this host: other servers may be gone as well. */
  const isRefused = ({ place, isRemote }: { place: Place | undefined; isRemote: boolean }) =>
    stuck >= (isRemote ? mostStuck : threads) || (place !== undefined && place.stuck > 0);

  function startWaiting(place: Place): void {
    while (place.underWay < widthOf(place, atOnce) && place.stuck === 0) {
      const work = place.waiting[place.next];
      if (work === undefined) break;
      place.next += 1;
      void run(place, work);
    }
    if (place.next === place.waiting.length) forget(place);
    if (place.underWay === 0) places.delete(place.name);
  }

  async function run(place: Place, { start, giveUp }: Work): Promise<void> {
    const one: Running = { place, giveUp, untilMs: performance.now() + patienceMs, state: 'in time' };
    place.underWay += 1;
    running.add(one);
    checking ??= setInterval(check, Math.min(CHECK_MS, patienceMs)).unref();
    await start();
    place.answeredAtMs = performance.now();
    running.delete(one);
    place.underWay -= 1;
    if (one.state === 'stuck') {
      place.stuck -= 1;
      stuck -= 1;
    }
    startWaiting(place);
  }

  function check(): void {
    if (running.size === 0 && checking !== null) {
      clearInterval(checking);
      checking = null;
    }
    const nowMs = performance.now();
    for (const one of running) {
      if (one.untilMs > nowMs) break;
      if (one.state === 'late') holdUp(one);
      else if (one.state === 'in time') one.state = 'late';
    }
  }

  function holdUp(one: Running): void {
    one.state = 'stuck';
    one.place.stuck += 1;
    stuck += 1;
    one.giveUp();
    for (const { giveUp } of one.place.waiting.slice(one.place.next)) giveUp();
    forget(one.place);
  }

  return {
    take({ name, isRemote }, work) {
      const known = places.get(name);
      if (isRefused({ place: known, isRemote })) return Promise.resolve(null);
      const place = known ?? openPlace({ name, isRemote });
      places.set(name, place);
      return new Promise((resolve) => {
        place.waiting.push({ start: () => work().then(resolve, () => resolve(null)), giveUp: () => resolve(null) });
        startWaiting(place);
      });
    },
    isSilent({ name, isRemote }) {
      return isRefused({ place: places.get(name), isRemote });
    },
  };
}
