import type { FromHost, RequestId, TrimId } from '@trimtab/protocol';
import { createEitherTrimmer } from '../../../../collector/src/conduct/qga/either-trimmer.ts';
import { createPresentGuests, type PresentGuests } from '../../../../collector/src/conduct/qga/present-guests.ts';
import { createQemuGaTrimmer, type QemuGaTrimmer } from '../../../../collector/src/conduct/qga/qga-trimmer.ts';
import { createAgentTrimmer } from '../../../../collector/src/conduct/trims/agent-trimmer.ts';
import { createJobs } from '../../../../collector/src/conduct/trims/jobs/jobs.ts';
import { createTrims, type Trims } from '../../../../collector/src/conduct/trims/trims.ts';
import { createSlots, type Slots } from '../../../../collector/src/coordinate/slots.ts';
import { openSqlDatabase } from '../../../../collector/src/io/sqlite.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { DiskPath } from '../../../../collector/src/model/disk-path.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../../collector/src/model/host-id.ts';
import type { DiskSample, Sampled } from '../../../../collector/src/model/sample.ts';
import type { Verdict } from '../../../../collector/src/model/trim-result.ts';
import type { Clock } from '../../../../collector/src/ports/clock.ts';
import type { GuestAgents } from '../../../../collector/src/ports/guest-agent.ts';
import type { Log } from '../../../../collector/src/ports/log.ts';
import { createStore } from '../../../../collector/src/store/create-store.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { addGuests } from '../../store/add-guests.ts';
import { NO_SURROUNDINGS } from '../../store/no-surroundings.ts';
import { collectEvents } from './collect-events.ts';
import { guardStore } from './guard-store.ts';
import { pathIn, requestIdOf, trimIdOf } from './trim-examples.ts';

const HOST = '00000000-0000-4000-8000-00000000aaaa' as HostId;

const STILL = { restless: [], poolDrift: {}, throughLibvirt: false };

/** Whose trims the store takes. */
const GUESTS = ['guest-a', 'guest-b', 'other', 'another', 'gone', 'a', 'b', 'c'] as const;

/**
 * The trims of a collector over a real store in memory; clock, guests and the host's disks are the test's. A restart
 * makes new trims over the same store, and what the old ones had under way is lost.
 */
export async function createTrimsWorld({
  slotsPerPool = 1,
  path = ':memory:',
  guests: others = [],
  qemuGa = async () => ({ kind: 'untold' }),
}: {
  slotsPerPool?: number;
  /** Of the database: in a file those who read do not wait for those who write. */
  path?: string;
  /** Ids of more guests whose trims the store takes. */
  guests?: readonly string[];
  /** What becomes of a trim that qemu-ga is asked for. */
  qemuGa?: GuestAgents['trim'];
} = {}) {
  const clock = createTestClock();
  const database = openSqlDatabase(path);
  const kept = await createStore({
    database,
    path,
    hostId: HOST,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => 'unused' as GuestId,
  });
  await addGuests(database, { hostId: HOST, ids: [...GUESTS, ...others] });
  const guests = new Map<GuestId, ConnectedGuest>();
  const sent: { to: GuestId; message: FromHost }[] = [];
  const failures: unknown[] = [];
  let requests = 0;
  let qemuGaTrims = 0;
  const world = {
    clock,
    sent,
    failures,
    /** What the log was warned of. */
    warned: [] as string[],
    /** What is concluded of each disk of a trim; `reclaimed` where nothing is said. */
    verdicts: new Map<TrimId, Verdict>(),
    /** The trims that were stored without a report. */
    lost: new Set<TrimId>(),
    isStoreDown: false,
    /** Before and after each call of the store: what happens meanwhile happens in the middle of it. */
    pause: async (): Promise<void> => {},
    /** Before the store does one of these. */
    before: {
      saveJobs: async (): Promise<void> => {},
      openTrims: async (): Promise<void> => {},
      findTrim: async (): Promise<void> => {},
      openTrim: async (): Promise<void> => {},
      findOpenTrim: async (): Promise<void> => {},
      /** Of a trim whose guest is lost. */
      closeLost: async (_trimId: TrimId): Promise<void> => {},
      /** Before the host's numbers have come to rest. */
      settled: async (): Promise<void> => {},
    },
    /** What the host sees of the disks of a trim while it runs; nothing, where nothing is said. */
    seen: (): Readonly<Record<string, DiskSample>> => ({}),
    /** The same before it and after. */
    sampled: (): Readonly<Record<string, DiskSample>> => ({}),
    /** What is outstanding after a trim: the commit of its pools. */
    commit: null as Sampled['commit'],
    /** What all pools are made of, where that is known. */
    pool: null as DiskPath['pool'],
    /** How often it was looked for what is behind the disks of a guest. */
    pathsAsked: 0,
    /** How often the store was asked for the open trims. */
    openTrimsAsked: 0,
    /** Called with what the collector says to a guest. */
    onSend: (_to: GuestId, _message: FromHost): void => {},
    /** Called when guests can connect, after each start. */
    onDoorsOpen: (): void => {},
    /** Called when the collector ends a guest's session because it failed it. */
    onFail: (_guestId: GuestId): void => {},
    trims: null as unknown as Trims,
    slots: null as unknown as Slots,
    present: null as unknown as PresentGuests,
    qemuGa: null as unknown as QemuGaTrimmer,
    /** The marks of the processes that run on the host. */
    running: new Set<string>(),
    pids: new Map<GuestId, number>(),
    /** Its QEMU's. */
    pidOf(guestId: GuestId): number {
      const pid = world.pids.get(guestId) ?? 100 + world.pids.size;
      world.pids.set(guestId, pid);
      return pid;
    },
    /** Its QEMU is gone; when it runs again, it is another process. */
    killQemu(guestId: GuestId): void {
      const pid = world.pidOf(guestId);
      world.running.delete(`${pid} 1`);
      world.pids.set(guestId, pid + 1_000);
    },
    connect(guest: ConnectedGuest): void {
      guests.set(guest.id, guest);
      world.attend(guest.id, world.trims.guestCame(guest));
    },
    leave(guestId: GuestId): void {
      const guest = guests.get(guestId);
      guests.delete(guestId);
      if (guest !== undefined) world.attend(guestId, world.trims.guestLeft(guest));
    },
    attend(guestId: GuestId, work: Promise<unknown>): void {
      work.catch((error) => {
        failures.push(error);
        world.onFail(guestId);
      });
    },
    async restart(): Promise<void> {
      run.isAlive = false;
      guests.clear();
      run = { isAlive: true };
      await writesEnded();
      await start(run);
    },
    watch: (requestId: RequestId, after = 0) => collectEvents(world.trims, { requestId, after }),
    store: kept,
  };

  /** Of one that was killed, nothing is written any more when the next one reads. */
  async function writesEnded(): Promise<void> {
    const connection = await database.connect();
    await connection.query({ sql: 'select 1', parameters: [] });
    connection.release();
  }

  /** A collector that was killed reaches nothing any more. */
  async function start(own: { isAlive: boolean }): Promise<void> {
    const send = (to: GuestId, message: FromHost) => {
      if (!own.isAlive || !guests.has(to)) return false;
      sent.push({ to, message });
      if (message.type === 'look') announce(to);
      world.onSend(to, message);
      return true;
    };
    const store = guardStore({ kept, world, isAlive: () => own.isAlive });
    world.slots = createSlots(slotsPerPool);
    const ownClock: Clock = { ...clock, after: (delayMs, call) => clock.after(delayMs, () => own.isAlive && call()) };
    const log: Log = {
      info() {},
      warn: (_, words) => void world.warned.push(words),
      error: (fields) => failures.push(fields),
    };
    const present = createPresentGuests({
      clock: ownClock,
      links: { isConnected: (id) => guests.has(id), rename() {} },
      store: { recognise: async ({ name }) => ({ id: name as GuestId, name, renamed: [], forgotten: [] }) },
      release() {},
    });
    const trimmer = createQemuGaTrimmer({
      clock: ownClock,
      log,
      guestAgents: { trim: qemuGa },
      sampler: { meanwhile: async () => world.seen() },
      present,
      newTrimId: () => trimIdOf(900 + ++qemuGaTrims),
    });
    world.present = present;
    world.qemuGa = trimmer;
    const sampledAfter = async () => {
      await world.before.settled();
      return { ...STILL, samples: world.sampled(), commit: world.commit };
    };
    world.trims = createTrims({
      clock: ownClock,
      log,
      store,
      jobs: createJobs({ store, clock: ownClock, log, logged: await kept.jobs() }),
      trimmer: createEitherTrimmer({
        agent: createAgentTrimmer({ send }),
        qemuGa: trimmer,
        isConnected: (id) => guests.has(id),
      }),
      links: { send, find: (id) => guests.get(id) ?? present.find(id) },
      slots: world.slots,
      processes: {
        markOf: async (pid) => {
          const mark = `${pid} 1`;
          world.running.add(mark);
          return mark;
        },
        runs: async (mark) => world.running.has(mark),
      },
      findPaths: async ({ guest, disks }) => {
        world.pathsAsked += 1;
        const pathOf = (disk: string) => pathIn({ disk, pool: poolOf(guest), pid: world.pidOf(guest.id) });
        return disks.map((disk) => ({ ...pathOf(disk), pool: world.pool }));
      },
      inspect: async () => ({ reads: [], thinPools: [] }),
      readOutlooks: async () => new Map(),
      sampler: {
        meanwhile: async () => world.seen(),
        now: async () => ({ ...STILL, samples: world.sampled(), commit: null }),
        settled: sampledAfter,
        asFound: sampledAfter,
      },
      newRequestId: () => requestIdOf(++requests),
      later: queueMicrotask,
    });
    trimmer.openTo(world.trims);
    await world.trims.resume();
    // As the collector does once its doors are open.
    world.onDoorsOpen();
    void world.trims.awaitGuests();
    await quiet();
  }

  /** Its inventory is another then, though nothing in it has changed. */
  function announce(id: GuestId): void {
    const guest = guests.get(id);
    if (guest?.inventory) guests.set(id, { ...guest, inventory: { ...guest.inventory } });
  }

  let run = { isAlive: true };
  await start(run);
  return world;
}

export type TrimsWorld = Awaited<ReturnType<typeof createTrimsWorld>>;

/** The pool of a guest stands in its name: `NAME@POOL`. */
export const poolOf = ({ name }: ConnectedGuest): string => name.split('@')[1] ?? '/pool';

/** Lets every promise run that waits for nothing but other promises. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets whatever waits only for turns of the event loop come to rest. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await quiet();
}
