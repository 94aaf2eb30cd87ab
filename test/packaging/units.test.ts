import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stage } from '../../packaging/formats/stage.ts';
import { UNITS } from '../../packaging/packages/units.ts';
import { listProducts } from '../../packaging/products.ts';
import { runCommand } from '../support/machine/command.ts';

let root: string;

/** Both programs as they lie on a disk, with some bytes in the place of Node.js. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trimtab-units-'));
  const node = { version: '0.0.0', program: '/bin/true', license: '' };
  const products = listProducts({ findNode: async () => node });
  for (const { id, describe: pack } of products)
    if (id === 'trimtab.amd64.deb' || id === 'trimtab-agent.amd64.deb')
      await stage({ tree: (await pack(() => {})).tree, folder: root, epoch: 0 });
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** As systemd counts it, from 0 to 10: what a service could do that it need not. */
async function exposure(unit: string): Promise<number> {
  // It ends with another exit code than 0 above what is given here.
  const args = ['security', '--offline=true', '--no-pager', '--threshold=100', join(root, UNITS, unit)];
  const said = await runCommand('systemd-analyze', args);
  return Number(/exposure level for .*: ([\d.]+)/.exec(said)?.[1]);
}

describe('a service may do little more than it needs', () => {
  it.each([
    ['trimtab.service', 2.0],
    ['trimtab-storage@.service', 2.0],
    ['trimtab-agent.service', 2.5],
    ['trimtab-agent-visit.service', 2.5],
    ['trimtab-agent-doorman.service', 1.5],
  ])('%s: at most %d', async (unit, most) => {
    expect(await exposure(unit)).toBeLessThanOrEqual(most);
  });
});

it('systemd finds nothing wrong with any unit', async () => {
  const folder = join(root, UNITS);
  const units = (await readdir(folder)).map((name) => join(folder, name));
  expect(units.length).toBeGreaterThan(7);
  // Its exit code is of the last finding below, too.
  const said = spawnSync('systemd-analyze', ['--man=no', 'verify', ...units], { encoding: 'utf8' }).stderr;
  // It looks for programs on this machine, and not where these units lie.
  const elsewhere = /Command \/usr\/(?:bin|lib)\/trimtab\S* is not executable: No such file or directory$/;
  expect(said.split('\n').filter((line) => line !== '' && !elsewhere.test(line))).toEqual([]);
});

it('all ways of the agent are held by the same lines', async () => {
  const read = (unit: string) => readFile(join(root, UNITS, unit), 'utf8');
  const guards = (text: string) =>
    text.split('\n').filter((line) => /^(?:Protect|Restrict|System|Cap|Device|Private|No)/.test(line));
  const resident = guards(await read('trimtab-agent.service'));
  expect(resident.length).toBeGreaterThan(20);
  expect(guards(await read('trimtab-agent-visit.service'))).toEqual(resident);
});
