import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareGuest } from '../support/guest/prepare.ts';
import { findTraces } from '../support/machine/traces.ts';
import { startTool } from '../support/own-tools/start-tool.ts';
import { startCollectorProgram } from '../support/programs/collector.ts';
import { createRandom } from '../support/random.ts';
import { seedsFor, underSeed } from '../support/seeds.ts';

// Ctrl-C at moments that nobody chose. Wherever it hits, the program ends with 130 and leaves nothing behind.

interface Target {
  readonly title: string;
  readonly script: string;
  readonly args: readonly string[];
  /** Moments from its start; it takes longer than the last of them on any machine. */
  readonly spanMs: number;
}

const TARGETS: readonly Target[] = [
  { title: 'the demo without a guest', script: 'demo', args: ['--json', '--loop'], spanMs: 4_000 },
  { title: 'the lab', script: 'lab', args: ['--json', '--only', 'scsi-raw-ext4'], spanMs: 12_000 },
  { title: 'the bench', script: 'bench', args: ['--json', 'settle', 'agent-start'], spanMs: 2_500 },
  { title: 'the soak', script: 'soak', args: ['--seeds', '20', 'frames'], spanMs: 3_000 },
];

const SEEDS = seedsFor({ suite: 1 });
let directory: string;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-interrupts-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

for (const seed of SEEDS)
  it.each(TARGETS)(`$title ends with 130 and leaves nothing (seed ${seed})`, (target) =>
    underSeed(seed, () => interruptOnce({ target, seed })),
  );

it('a command that waits for a collector ends with it, where that is cleaned up', async () => {
  const own = join(directory, 'collector');
  await mkdir(own);
  const collector = await startCollectorProgram({ directory: own });
  const watching = collector.trimtab('status', '--watch');
  await collector.status();
  await collector[Symbol.asyncDispose]();
  expect((await watching).exitCode).not.toBe(0);
  expect(findTraces(own).processes).toEqual([]);
});

async function interruptOnce({ target, seed }: { target: Target; seed: number }): Promise<void> {
  const { script, args, spanMs } = target;
  const own = join(directory, `${script}-${seed}`);
  await mkdir(own);
  const tool = startTool({
    script: join(import.meta.dirname, '..', script, 'main.ts'),
    args,
    env: { TRIMTAB_DEMO_DIRECTORY: own, TRIMTAB_LAB_DIRECTORY: own, TRIMTAB_BENCH_DIRECTORY: own },
  });
  const afterMs = Math.round(createRandom(seed)() * spanMs);
  await delay(afterMs);
  tool.interrupt();
  const { exitCode, stdout, stderr } = await tool.ended;
  expect({ exitCode, stdout }, `interrupted after ${afterMs} ms: ${stderr}`).toEqual({ exitCode: 130, stdout: '' });
  expect(findTraces(own)).toEqual({ processes: [], mounts: [], loops: [], files: [] });
}
