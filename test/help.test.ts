import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// The programs of this checkout; those of the packages have theirs in agent/cli and collector/cli.
it.each([
  ['demo', 'demo'],
  ['lab', 'lab'],
  ['bench', 'bench'],
  ['packages', '../packaging'],
])('npm run %s -- --help fits 80 columns', (name, folder) => {
  const program = join(import.meta.dirname, folder, 'main.ts');
  const { status, stdout } = spawnSync(process.execPath, [program, '--help'], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain(`npm run ${name} -- `);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
