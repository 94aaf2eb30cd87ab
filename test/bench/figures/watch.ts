import { setTimeout as delay } from 'node:timers/promises';
import { composeSurvey } from '../../../collector/src/compose/compose-survey.ts';
import { composeWatch } from '../../../collector/src/compose/compose-watch.ts';
import { openStore } from '../../../collector/src/compose/open-store.ts';
import { createOverviewDesk } from '../../../collector/src/conduct/desk/overview-desk.ts';
import { createForesight } from '../../../collector/src/conduct/foresee/foresight.ts';
import type { Watch } from '../../../collector/src/conduct/watch/watch.ts';
import { createImages } from '../../../collector/src/image/images.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { createQmp } from '../../../collector/src/io/qmp-client.ts';
import type { ConnectedGuest, GuestLinks } from '../../../collector/src/link/guest-links.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { aConnected, INVENTORY } from '../../collector/conduct/known-host.ts';
import { aDisk, anIdentity } from '../../collector/correlate/examples.ts';
import { aFilesystem, aLayer } from '../../collector/diagnose/examples.ts';
import type { Benchmark } from '../benchmark.ts';
import { toUuid, writeHost } from '../host-tree.ts';
import { formatSpread, median } from '../statistics.ts';

const GUESTS = 1_000;
const MINUTE_MS = 60_000;
/** Two surveys and ten samples, after the first minute. */
const MINUTES = 10;
const ROUNDS = 9;
const HISTORY = { database: null, history: 512 * 2 ** 20, keepSamples: 2, keepHours: 90, keepDays: 1_825 };

/**
 * A host of 1,000 guests, each with an agent and an image, as a tree of files. The alternatives are what there was
 * before the watch: the whole host read each minute, and for each `status`.
 */
export const watch: Benchmark = {
  figures: [
    { figure: 'watch-cpu', unit: 'CPU ms', bar: 600, bound: 'at most', decimals: 0 },
    { figure: 'status-1000', unit: 'ms', bar: 50, bound: 'at most', decimals: 1 },
  ],
  async measure({ directory, say, signal }) {
    writeHost(`${directory}/host`, GUESTS);
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const store = await openStore({ ...HISTORY, stateDirectory: `${directory}/state`, log });
    // The collector’s own timers keep no process alive.
    const awake = setInterval(() => {}, MINUTE_MS);
    try {
      const host = await startHost({ root: `${directory}/host`, store });
      const minutes: number[] = [];
      const surveys: number[] = [];
      const firstMs = await timeCpu(() => host.passMinute());
      for (let minute = 0; minute < MINUTES; minute += 1) {
        signal.throwIfAborted();
        minutes.push(await timeCpu(() => host.passMinute()));
      }
      const times = { status: [] as number[], now: [] as number[] };
      for (let round = 0; round < ROUNDS; round += 1) {
        signal.throwIfAborted();
        surveys.push(await timeCpu(() => host.surveyAnew()));
        times.status.push(await timeOf(() => host.status(false)));
        host.passTime();
        times.now.push(await timeOf(() => host.status(true)));
      }
      await host.watch.stop();
      const each = minutes.reduce((sum, ms) => sum + ms, 0) / MINUTES;
      say(`each minute: ${minutes.map((ms) => ms.toFixed(0)).join(', ')} CPU ms`);
      return {
        'watch-cpu': {
          value: each,
          against: `the whole host read each minute: ${median(surveys).toFixed(0)} CPU ms; mean of ${MINUTES} minutes, storing included; the first, in which every command line is parsed: ${firstMs.toFixed(0)}`,
        },
        'status-1000': {
          value: median(times.status),
          against: `the same with everything read anew (\`--now\`): ${formatSpread(times.now)} ms; medians of ${ROUNDS}`,
        },
      };
    } finally {
      clearInterval(awake);
      await store.close();
    }
  },
};

interface HostUnderTest {
  readonly watch: Watch;
  /** Until all that was set off in it is done. */
  passMinute(): Promise<void>;
  /** So that nothing is answered by what was read for somebody else. */
  passTime(): void;
  surveyAnew(): Promise<unknown>;
  status(now: boolean): Promise<unknown>;
}

async function startHost({ root, store }: { root: string; store: Store }): Promise<HostUnderTest> {
  const guests = await connectGuests(store);
  const links = { guests: () => guests } as unknown as GuestLinks;
  let passedMs = 0;
  let step = () => {};
  let underWay = 0;
  let stored = 0;
  const now = {
    now: () => clock.now() + passedMs,
    monotonicMs: () => clock.monotonicMs() + passedMs,
    // Its steps are this benchmark’s to take.
    after(_: number, call: () => void) {
      step = call;
      return () => {};
    },
  };
  const files = createHostFiles({ root });
  const commands = createCommands();
  const images = createImages({ files, commands, clock });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const { survey, repaired } = composeSurvey({
    onRead: () => {},
    clock: { ...clock, monotonicMs: now.monotonicMs },
    log,
    files,
    images,
    qmp: createQmp({ commands, files }),
    links: { send: () => false, guests: () => guests, rename: () => {}, weigh: () => {}, end: () => {} },
    store: { guests: async () => [], rename: async () => [] },
    settings: { libvirtUri: 'qemu:///session?socket=/nowhere', hypervisorUsers: ['root'], guest: [] },
  });
  const counted =
    <Args extends unknown[], Value>(work: (...args: Args) => Promise<Value>) =>
    async (...args: Args) => {
      underWay += 1;
      try {
        return await work(...args);
      } finally {
        underWay -= 1;
      }
    };
  const { watch } = composeWatch({
    clock: now,
    log,
    files,
    images: { ...images, read: counted(images.read) },
    survey: { ...survey, readAll: counted(survey.readAll) },
    links,
    store: {
      ...store,
      addSamples: counted(async (samples) => {
        stored += samples.length;
        await store.addSamples(samples);
      }),
    },
    repaired,
    settings: { sampleEvery: MINUTE_MS },
  });
  // Of a pool whose key is given nobody asks.
  const askNobody = () => Promise.reject(new Error('nobody asks this'));
  const desk = createOverviewDesk({
    foreseer: createForesight({
      clock: now,
      store,
      readPools: askNobody,
      readHeld: askNobody,
    }),
    clock: now,
    watch,
    survey,
    links,
    door: { findings: () => [] },
    enrolment: { findings: () => [] },
    store,
    qemuGaGuests: { known: () => new Map() },
    countFiring: () => 0,
    notices: { findings: () => [] },
  });
  watch.start();
  return {
    watch,
    async passMinute() {
      passedMs += MINUTE_MS;
      stored = 0;
      step();
      // What is left of a survey after this is in the next minute.
      while (stored === 0) await delay(1);
      for (let quiet = 0; quiet < 50; quiet = underWay === 0 ? quiet + 1 : 0) await delay(1);
      // The pool that they lie in has a sample too.
      if (stored !== GUESTS + 1) throw new Error(`${stored} samples were stored, of ${GUESTS} images and a pool`);
    },
    passTime() {
      passedMs += 5_000;
    },
    surveyAnew() {
      passedMs += 5_000;
      return watch.overview({ now: true });
    },
    async status(isNow) {
      const { images: rows } = await desk.status({ now: isNow });
      const matched = rows.filter(({ device }) => device === 'vda').length;
      if (matched !== GUESTS) throw new Error(`the disks of ${matched} guests were matched, of ${GUESTS}`);
    },
  };
}

/** As they are after their agents said hello and sent their inventories. */
async function connectGuests(store: Store): Promise<readonly ConnectedGuest[]> {
  const disks = [aDisk({ name: 'vda', sizeBytes: 1, serial: 's' })];
  const filesystems = [aFilesystem({ mount: '/', devices: ['vda'] })];
  const guests: ConnectedGuest[] = [];
  for (let index = 0; index < GUESTS; index += 1) {
    const { id, name } = await store.recognise({
      identities: [{ kind: 'product-uuid', value: toUuid(index) }],
      name: `v${index}`,
      namedBy: 'hypervisor',
      takenNames: new Set(),
      agentVersion: '0.4.0',
      seenAt: clock.now(),
      isHere: () => true,
    });
    const inventory = { ...INVENTORY, disks, filesystems, layers: [aLayer('vda')] };
    const identity = anIdentity({ productUuid: toUuid(index), hostname: name, bootId: null });
    guests.push(aConnected({ id, name, identity, inventory }));
  }
  return guests;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

async function timeCpu(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}
