import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startCollectorProgram } from '../support/programs/collector.ts';
import { COLLECTOR_BIN } from '../support/programs/own-programs.ts';
import { runToEnd } from '../support/programs/run-to-end.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-one-state-'));
});
afterEach(() => rm(folder, { recursive: true }));

const state = () => ['--state-directory', `${folder}/collector`];
const trimtab = (...args: readonly string[]) => runToEnd(process.execPath, [COLLECTOR_BIN, ...args]);

it('a second collector is refused; who exports is not, and after a kill the next one starts', async () => {
  const first = await startCollectorProgram({ directory: folder });
  const second = await trimtab('serve', '--listen', '127.0.0.1:0', '--socket', `${folder}/other`, ...state());
  expect(second.exitCode).toBe(1);
  const said = second.stdout + second.stderr;
  expect(said).toContain('another collector, or an import, uses this state directory');
  expect(said).toContain(`fuser ${folder}/collector/trimtab.sqlite-lock`);
  expect(first.program.hasEnded()).toBe(false);
  expect((await trimtab('export', `${folder}/history.jsonl`, ...state())).exitCode).toBe(0);
  const imported = await trimtab('import', `${folder}/history.jsonl`, ...state());
  expect(imported.stderr).toContain('Stop that one first');
  // The file first: of one that is not there nobody need stop a collector.
  expect((await trimtab('import', `${folder}/none`, ...state())).stderr).toContain('no such file');
  await first.program.kill();
  await using again = await startCollectorProgram({ directory: folder });
  expect((await again.guests()).findings).toBeDefined();
});
