import { execFile } from 'node:child_process';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createReadImages } from '../../../collector/src/conduct/survey/read-images.ts';
import { createImages, type Images } from '../../../collector/src/image/images.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import type { ImageState } from '../../../collector/src/model/image.ts';
import { toHostDisk } from '../../support/host-disk.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { median } from '../statistics.ts';

const run = promisify(execFile);

const MANY = 10_000;
const FEW = 1_000;
const ASKED_OF_QEMU_IMG = 200;
const ROUNDS = 15;

/**
 * The steady sampler over 10,000 images, half of them qcow2. All are stat'ed once before, so that no figure pays for
 * the inode cache alone; rounds of the two sides take turns.
 */
export const sample: Benchmark = {
  figures: [
    { figure: 'sample-vs-stat', unit: 'x', bar: 2.5, bound: 'at most', decimals: 2 },
    { figure: 'sample-vs-qemu-img', unit: 'x', bar: 300, bound: 'at least', decimals: 0 },
    { figure: 'sample-scaling', unit: 'x', bar: 11, bound: 'at most', decimals: 2 },
  ],
  async measure({ directory, say, signal }) {
    const paths = await createFiles(directory, signal);
    const { images, states } = await inspect(paths, say);
    const groups = Array.from({ length: MANY / FEW }, (_, index) => states.slice(index * FEW, (index + 1) * FEW));
    const times = { sample: [] as number[], inTurn: [] as number[], atOnce: [] as number[], groups: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      signal.throwIfAborted();
      times.sample.push(await timeOf(() => sampleAll(images, states)));
      times.atOnce.push(await timeOf(() => Promise.all(paths.map((path) => stat(path)))));
      // All ten, so that a busy machine disturbs both sides alike: 1,000 alone are over before anybody else has his
      // turn.
      times.groups.push(await timeOf(() => sampleInTurn(images, groups)));
      times.inTurn.push(await timeOf(() => statInTurn(paths)));
    }
    const qemuImg = await timeOf(() => askQemuImg(paths, signal));

    const sampled = median(times.sample);
    const loops = { 'one after the other': median(times.inTurn), 'all at once': median(times.atOnce) };
    const [name, loop] =
      loops['all at once'] < loops['one after the other']
        ? (['all at once', loops['all at once']] as const)
        : (['one after the other', loops['one after the other']] as const);
    say(
      `sampler over ${MANY}: ${spread(times.sample)} ms; stat one after the other ${spread(times.inTurn)} ms, all at once ${spread(times.atOnce)} ms`,
    );
    return {
      'sample-vs-stat': {
        value: sampled / loop,
        against: `a bare loop of fs.stat over the same ${MANY} images, ${name}, which is the faster way of two: ${loop.toFixed(0)} ms; the sampler ${sampled.toFixed(0)} ms, medians of ${ROUNDS}`,
      },
      'sample-vs-qemu-img': {
        value: ((qemuImg / ASKED_OF_QEMU_IMG) * MANY) / sampled,
        against: `one \`qemu-img info -U\` an image, ${ASKED_OF_QEMU_IMG} of them in ${qemuImg.toFixed(0)} ms, scaled to ${MANY}`,
      },
      'sample-scaling': {
        value: (sampled / median(times.groups)) * groups.length,
        against: `the sampler over ${FEW} of the same images, ten times for all of them: ${spread(times.groups)} ms; all in one ${spread(times.sample)} ms`,
      },
    };
  },
};

/** As on a host: a folder a guest, raw and qcow2 in turn. */
async function createFiles(directory: string, signal: AbortSignal): Promise<string[]> {
  const template = join(directory, 'template.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', template, '30G']);
  const bytes = await readFile(template);
  const paths: string[] = [];
  for (let index = 0; index < MANY; index += 1) {
    signal.throwIfAborted();
    const folder = join(directory, `${Math.floor(index / 100)}`);
    if (index % 100 === 0) await mkdir(folder);
    const isRaw = index % 2 === 0;
    const path = join(folder, `${index}.${isRaw ? 'raw' : 'qcow2'}`);
    await (isRaw ? writeSparse(path, Buffer.alloc(4096, 1), 30 * 1024 ** 3) : writeSparse(path, bytes, bytes.length));
    paths.push(path);
  }
  await rm(template);
  return paths;
}

const PAGE = 4096;

async function writeSparse(path: string, bytes: Buffer, length: number): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.truncate(length);
    for (let at = 0; at < bytes.length; at += PAGE) {
      const page = bytes.subarray(at, at + PAGE);
      if (page.some((byte) => byte !== 0)) await file.write(page, 0, page.length, at);
    }
  } finally {
    await file.close();
  }
}

async function inspect(paths: readonly string[], say: Bench['say']): Promise<{ images: Images; states: ImageState[] }> {
  const files = createHostFiles();
  const images = createImages({ files, commands: createCommands(), clock });
  const readImages = createReadImages({ files, images });
  const disks = paths.map((path) => toHostDisk(path, { format: path.endsWith('.raw') ? 'raw' : 'qcow2' }));
  let states: ImageState[] = [];
  const took = await timeOf(async () => {
    states = (await readImages(disks)).readings.flatMap(({ state }) => (state === null ? [] : [state]));
  });
  if (states.length !== MANY) throw new Error(`only ${states.length} of ${MANY} images were understood`);
  say(`${MANY} images inspected, headers and pools included, in ${took.toFixed(0)} ms`);
  return { images, states };
}

/** A sample in which an image is missing would be faster than it may be. */
async function sampleAll(images: Images, states: readonly ImageState[]): Promise<void> {
  const found = await images.read(states);
  for (const { path } of states) {
    const allocation = found.get(path);
    if (allocation?.allocationBytes == null || allocation.poolFreeBytes === null)
      throw new Error(`${path} was not sampled`);
  }
}

async function sampleInTurn(images: Images, groups: readonly (readonly ImageState[])[]): Promise<void> {
  for (const group of groups) await sampleAll(images, group);
}

async function statInTurn(paths: readonly string[]): Promise<void> {
  for (const path of paths) await stat(path);
}

async function askQemuImg(paths: readonly string[], signal: AbortSignal): Promise<void> {
  const step = Math.floor(paths.length / ASKED_OF_QEMU_IMG) | 1;
  for (let asked = 0; asked < ASKED_OF_QEMU_IMG; asked += 1) {
    signal.throwIfAborted();
    await run('qemu-img', ['info', '-U', '--output=json', paths[(asked * step) % paths.length] ?? '']);
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

function spread(values: readonly number[]): string {
  return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}..${Math.max(...values).toFixed(0)})`;
}
