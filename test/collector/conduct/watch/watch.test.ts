import { appendFileSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { createReadImages } from '../../../../collector/src/conduct/survey/read-images.ts';
import { createSurvey } from '../../../../collector/src/conduct/survey/survey.ts';
import { createReadPools } from '../../../../collector/src/conduct/watch/read-pools.ts';
import { FIRST_AFTER_MS } from '../../../../collector/src/conduct/watch/steadily.ts';
import {
  createWatch,
  SAMPLES_A_SURVEY,
  SURVEYED_EVERY_MS,
  type WatchDeps,
} from '../../../../collector/src/conduct/watch/watch.ts';
import { createImages } from '../../../../collector/src/image/images.ts';
import { createHostFiles } from '../../../../collector/src/io/host-files.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { Sample } from '../../../../collector/src/model/series.ts';
import type { HostFiles } from '../../../../collector/src/ports/host-files.ts';
import { toHostDisk } from '../../../support/host-disk.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aDomain } from '../../correlate/examples.ts';
import { aConnected, INVENTORY } from '../known-host.ts';

const MINUTE_MS = 60_000;
const MIB = 2 ** 20;
const directory = mkdtempSync(join(tmpdir(), 'watch-'));
afterAll(() => rmSync(directory, { recursive: true }));
const at = (name: string) => join(directory, name);
const allocationOf = (path: string) => statSync(path).blocks * 512;

/** Real files and a real filesystem; the clock, the list of guests and the store are the test's. */
function scene({
  images,
  parts = {},
  files = createHostFiles(),
  everyMs = MINUTE_MS,
}: {
  images: readonly string[];
  parts?: Partial<WatchDeps>;
  files?: HostFiles;
  everyMs?: number;
}) {
  const clock = createTestClock();
  const noCommands = { run: async () => ({ kind: 'missing' as const }) };
  const read = createImages({ files, commands: noCommands, clock });
  const samples: Sample[] = [];
  const warnings: string[] = [];
  const counted = { surveys: 0, batches: 0 };
  let guests: readonly ConnectedGuest[] = [];
  let domains: readonly Domain[] = images.map((path, index) =>
    aDomain({ key: `qemu:${index}`, name: `g${index}`, disks: [toHostDisk(path, { format: 'raw' })] }),
  );
  const survey = createSurvey({
    clock,
    proofs: { settle: async () => ({ proven: new Map(), reasons: new Map() }) },
    refine: async (domain) => domain,
    async readHost() {
      counted.surveys += 1;
      return { takenAt: clock.now(), domains, findings: [], sources: [], offSince: new Map() };
    },
    readImages: createReadImages({ files, images: read }),
  });
  const watch = createWatch({
    clock,
    log: { info: () => {}, warn: (_, message) => void warnings.push(message), error: (_, m) => void warnings.push(m) },
    links: { guests: () => guests },
    files,
    survey,
    allocations: read,
    sampleThinPools: async () => [],
    readPools: createReadPools({ files }),
    findUnclaimed: async () => ({ images: [], findings: [] }),
    store: {
      async addSamples(added) {
        counted.batches += 1;
        samples.push(...added);
      },
    },
    everyMs,
    ...parts,
  });
  return {
    clock,
    watch,
    samples,
    warnings,
    counted,
    connect: (...next: readonly ConnectedGuest[]) => {
      guests = next;
    },
    haveGuests: (next: readonly Domain[]) => {
      domains = next;
    },
    /** Time passes until the next sample, and that is taken. */
    async sampled(ms: number) {
      const before = counted.batches;
      clock.advance(ms);
      // Real files are read meanwhile.
      await vi.waitFor(() => expect(counted.batches).toBe(before + 1), WHILE_BUSY);
    },
    of: (subject: string) => samples.filter(({ series }) => series.subject === subject),
  };
}

const WHILE_BUSY = { timeout: 30_000, interval: 2 };

function createImageFile(name: string): string {
  writeFileSync(at(name), Buffer.alloc(MIB, 1));
  return at(name);
}

it('every minute each pool and image is sampled, an image of two guests once, and the host is surveyed seldom', async () => {
  const [one, two] = [createImageFile('one.raw'), createImageFile('two.raw')];
  const { watch, sampled, of, samples, counted, clock } = scene({ images: [one, two, two] });
  watch.start();
  await sampled(FIRST_AFTER_MS);
  expect(of(one)).toMatchObject([{ levelBytes: allocationOf(one), limitBytes: MIB }]);
  appendFileSync(one, Buffer.alloc(3 * MIB, 1));
  await sampled(MINUTE_MS);
  expect(of(one).at(-1)).toEqual({
    series: { kind: 'image', subject: one, device: '' },
    at: clock.now(),
    levelBytes: allocationOf(one),
    limitBytes: MIB,
  });
  expect(of(two).map(({ at }) => at)).toEqual(of(one).map(({ at }) => at));
  const pool = samples.findLast(({ series }) => series.kind === 'pool');
  const space = statfsSync(directory);
  expect(pool?.limitBytes).toBe(space.blocks * space.bsize);
  expect(Math.abs((pool?.levelBytes ?? 0) - (space.blocks - space.bavail) * space.bsize)).toBeLessThan(2 ** 30);
  expect(pool?.series.device).not.toBe('');
  expect(counted.surveys).toBe(1);
  for (let ms = 2 * MINUTE_MS; ms < SURVEYED_EVERY_MS; ms += MINUTE_MS) await sampled(MINUTE_MS);
  expect(counted.surveys).toBe(1);
  await sampled(MINUTE_MS);
  expect(counted.surveys).toBe(2);
  await watch.stop();
  // The survey goes on to its end.
  await vi.waitFor(() => expect(clock.armed()).toBe(0), WHILE_BUSY);
});

it('is remembered with its age, and surveyed anew when somebody asks, or something changed it', async () => {
  const image = createImageFile('remembered.raw');
  const { watch, counted, clock, connect } = scene({ images: [image] });
  const first = await watch.overview({ now: false });
  expect(counted.surveys).toBe(1);
  clock.advance(10_000);
  expect(await watch.overview({ now: false })).toBe(first);
  expect((await watch.overview({ now: true })).surveyedAt).toBe(clock.now());
  expect(counted.surveys).toBe(2);
  const isSurveyedAgain = async () => {
    clock.advance(3_000);
    const before = counted.surveys;
    await watch.overview({ now: false });
    return counted.surveys > before;
  };
  expect(await isSurveyedAgain()).toBe(false);
  watch.outdate();
  expect([await isSurveyedAgain(), await isSurveyedAgain()]).toEqual([true, false]);
  connect(aConnected());
  expect([await isSurveyedAgain(), await isSurveyedAgain()]).toEqual([true, false]);
  const disks = [...INVENTORY.disks, { ...INVENTORY.disks[0], name: 'sdb' }] as typeof INVENTORY.disks;
  connect(aConnected({ inventory: { ...INVENTORY, disks } }));
  expect([await isSurveyedAgain(), await isSurveyedAgain()]).toEqual([true, false]);
  connect();
  expect(await isSurveyedAgain()).toBe(true);
  // Somebody sets the clock, or the host sleeps: its age cannot be told.
  clock.jump(-3_600_000);
  expect(await isSurveyedAgain()).toBe(true);
  clock.jump(3_600_000);
  expect(await isSurveyedAgain()).toBe(true);
});

it('what was surveyed before a change is not told after it, whenever that survey ended', async () => {
  const image = createImageFile('between.raw');
  const { watch, counted, clock } = scene({ images: [image] });
  const surveying = watch.overview({ now: false });
  watch.outdate();
  await surveying;
  clock.advance(3_000);
  await watch.overview({ now: false });
  expect(counted.surveys).toBe(2);
});

it('between two surveys the levels are those of the last sample, and the rest is of the survey', async () => {
  const image = createImageFile('levels.raw');
  const { watch, sampled, clock } = scene({ images: [image] });
  watch.start();
  await sampled(FIRST_AFTER_MS);
  appendFileSync(image, Buffer.alloc(5 * MIB, 1));
  await sampled(MINUTE_MS);
  clock.advance(20_000);
  const { takenAt, surveyedAt, reading, pools } = await watch.overview({ now: false });
  expect([clock.now() - takenAt, clock.now() - surveyedAt]).toEqual([20_000, 80_000]);
  const state = reading.images.readings[0]?.state;
  expect(state?.allocationBytes).toBe(allocationOf(image));
  expect(pools[0]?.allocationBytes).toBe(allocationOf(image));
  const disk = reading.host.domains[0]?.disks[0];
  expect(disk === undefined ? null : reading.imageOf(disk).state).toBe(state);
  await watch.stop();
});

it('an image that is gone keeps nobody from the others, and has the host surveyed anew', async () => {
  const [stays, goes] = [createImageFile('stays.raw'), createImageFile('goes.raw')];
  const { watch, sampled, of, counted } = scene({ images: [stays, goes] });
  watch.start();
  await sampled(FIRST_AFTER_MS);
  rmSync(goes);
  await sampled(MINUTE_MS);
  expect([of(stays).length, of(goes).length, counted.surveys]).toEqual([2, 1, 1]);
  const { reading } = await watch.overview({ now: false });
  expect(counted.surveys).toBe(2);
  expect(reading.images.readings.map(({ state }) => state?.path ?? null)).toEqual([stays, null]);
  await watch.stop();
});

it('an image that hangs has no level until it answers, and all others have theirs', async () => {
  const [answers, hangs] = [createImageFile('answers.raw'), createImageFile('hangs.raw')];
  const real = createHostFiles();
  let isHanging = false;
  // As io/turns.ts ends what hangs, once it has been waited for.
  const status: HostFiles['status'] = async (path, as) => {
    if (!isHanging || path !== hangs) return real.status(path, as);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return null;
  };
  const files: HostFiles = { ...real, status, statuses: (paths) => Promise.all(paths.map((path) => status(path))) };
  const { watch, sampled, of } = scene({ images: [answers, hangs], files });
  watch.start();
  await sampled(FIRST_AFTER_MS);
  isHanging = true;
  for (let minute = 0; minute < 3; minute += 1) await sampled(MINUTE_MS);
  isHanging = false;
  for (let minute = 0; of(hangs).length === 1; minute += 1) {
    expect(minute).toBeLessThan(2 * SAMPLES_A_SURVEY);
    await sampled(MINUTE_MS);
  }
  expect(of(answers).length).toBeGreaterThanOrEqual(of(hangs).length + 3);
  await watch.stop();
});

it('a filesystem that was mounted in the place of a pool is none of its levels', async () => {
  const image = createImageFile('mounted.raw');
  const files = createHostFiles();
  let isOther = false;
  const readText: typeof files.readText = async (path, most) => {
    const text = await files.readText(path, most);
    return isOther && path.endsWith('/mountinfo') ? (text ?? '').replaceAll(/ \d+:(\d+) /g, ' 999:$1 ') : text;
  };
  const { watch, sampled, samples } = scene({ images: [image], parts: { files: { ...files, readText } } });
  const countPools = () => samples.filter(({ series }) => series.kind === 'pool').length;
  watch.start();
  await sampled(FIRST_AFTER_MS);
  expect(countPools()).toBe(1);
  isOther = true;
  await sampled(MINUTE_MS);
  expect(countPools()).toBe(1);
  await watch.stop();
});

it('a host that cannot be surveyed is told once, and what was seen last goes on being sampled', async () => {
  const image = createImageFile('blind.raw');
  let isSilent = false;
  const { watch, sampled, of, warnings } = scene({
    images: [image],
    parts: {
      findUnclaimed: async () => {
        if (isSilent) throw new Error('the host is silent');
        return { images: [], findings: [] };
      },
    },
  });
  watch.start();
  await sampled(FIRST_AFTER_MS);
  isSilent = true;
  for (let minute = 0; minute < 12; minute += 1) await sampled(MINUTE_MS);
  expect(of(image)).toHaveLength(13);
  expect(warnings).toHaveLength(1);
  await watch.stop();
});

it('sampled each second, as a test may, the host is surveyed every fifth time', async () => {
  const image = createImageFile('fast.raw');
  const { watch, sampled, of, counted } = scene({ images: [image], everyMs: 1_000 });
  watch.start();
  for (let second = 0; second < 11; second += 1) await sampled(1_000);
  expect(of(image)).toHaveLength(11);
  expect(counted.surveys).toBe(3);
  await watch.stop();
});
