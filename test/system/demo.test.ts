import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOPS } from '@trimtab/protocol/causes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hops } from '../../collector/src/model/trim-result.ts';
import type { Run } from '../demo/experiment.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { createLoopDisk, type LoopDisk } from '../support/machine/loop-disk.ts';
import { findTraces, type Traces } from '../support/machine/traces.ts';
import { type Ended, startTool, type Tool } from '../support/own-tools/start-tool.ts';

// `npm run demo` as a program of its own, as a person starts it.
const DEMO = join(import.meta.dirname, '../demo/main.ts');
const NOTHING: Traces = { processes: [], mounts: [], loops: [], files: [] };

let parent: string;
/** A pool of its own: what it regained cannot be told while others write to it. */
let pool: LoopDisk;
let directory: string;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  parent = await mkdtemp(join(tmpdir(), 'trimtab-demo-test-'));
  pool = await createLoopDisk({ directory: parent, name: 'pool', bytes: 8 * 1024 ** 3 });
  directory = join(pool.mount, 'demo');
  await mkdir(directory);
});

afterAll(async () => {
  await pool?.[Symbol.asyncDispose]();
  await rm(parent, { recursive: true, force: true });
});

describe('the article’s experiment', () => {
  let ended: Ended;
  let runs: readonly Run[];

  beforeAll(async () => {
    ended = await startDemo('--json', '--qemu').ended;
    runs = ended.exitCode === 0 ? JSON.parse(ended.stdout).runs : [];
  });

  it('ends well, with one JSON object on stdout and the story on stderr', () => {
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toMatchObject({ exitCode: 0 });
    expect(ended.stdout.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain('the guest writes code.tar.gz');
    expect(runs.map(({ discard }) => discard)).toEqual(['unmap', 'ignore']);
  });

  it('carries all six hops in both runs', () => {
    for (const run of runs) {
      const hops = hopsOf(run);
      expect(HOPS.map((hop) => [hop, typeof hops[`${hop}Bytes`]])).toEqual(HOPS.map((hop) => [hop, 'number']));
      expect(hops.trimmedBytes).toBeGreaterThan(1.2e9);
    }
  });

  it('reclaims, with unmap, what the demo saw the image give back', () => {
    const run = runOf('unmap');
    const fellBytes = run.allocationBytes.deleted - run.allocationBytes.trimmed;
    const reclaimedBytes = hopsOf(run).reclaimedBytes ?? Number.NaN;
    expect(Math.abs(reclaimedBytes / fellBytes - 1)).toBeLessThan(0.01);
    expect(reclaimedBytes).toBeGreaterThan(1.1e9);
    expect(reclaimedBytes).toBeLessThan(1.3e9);
    expect(run.trim.disks).toMatchObject([{ verdict: 'reclaimed', lostAt: null }]);
  });

  it('loses it, with ignore, where QEMU drops it', () => {
    const run = runOf('ignore');
    expect(Math.abs(hopsOf(run).reclaimedBytes ?? Number.NaN)).toBeLessThan(10e6);
    expect(run.trim.disks).toMatchObject([{ verdict: 'lost', lostAt: 'passed', cause: 'host-ignores-discard' }]);
    expect(run.trim.disks[0]?.fix).toContain('unmap');
  });

  it('leaves nothing behind', () => {
    expect(findTraces(directory)).toEqual(NOTHING);
  });

  function runOf(discard: Run['discard']): Run {
    const run = runs.find((each) => each.discard === discard);
    if (run === undefined) throw new Error(`there is no run with discard=${discard}: ${ended.stderr}`);
    return run;
  }
});

describe('Ctrl-C in the middle', () => {
  it.each([
    ['--qemu', { processes: ['qemu-system-x86_64', 'trimtab.mjs serve'], loops: 0 }],
    ['--loop', { processes: ['trimtab-agent', 'trimtab.mjs serve'], loops: 1 }],
  ])('leaves nothing of %s', async (flag, { processes, loops }) => {
    const demo = startDemo('--json', flag);
    await demo.says('writes code.tar.gz');
    const before = findTraces(directory);
    for (const name of processes) expect(before.processes.join('\n')).toContain(name);
    expect([before.loops.length, before.mounts.length]).toEqual([loops, loops]);

    demo.interrupt();
    const { exitCode, stdout } = await demo.ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    expect(findTraces(directory)).toEqual(NOTHING);
  });
});

function hopsOf({ trim }: Run): Hops {
  const [disk] = trim.disks;
  if (disk === undefined) throw new Error('the trim has no disk');
  return disk.hops;
}

function startDemo(...args: readonly string[]): Tool {
  return startTool({ script: DEMO, args, env: { TRIMTAB_DEMO_DIRECTORY: directory } });
}
