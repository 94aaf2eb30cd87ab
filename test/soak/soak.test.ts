import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runToEnd } from '../support/programs/run-to-end.ts';
import { parseCall } from './parse-call.ts';
import { SUBJECT_NAMES, SUBJECTS } from './subjects.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(import.meta.dirname, 'main.ts');

it('holds every test that asks for seeds', () => {
  const asking = globSync('test/**/*.test.ts', { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] }).filter(
    (file) => /\bseedsFor\(/.test(readFileSync(join(ROOT, file), 'utf8')) && !file.startsWith('test/support/'),
  );
  expect(SUBJECTS.map(({ file }) => file).toSorted()).toEqual(
    asking.filter((file) => file !== 'test/soak/soak.test.ts').toSorted(),
  );
});

it('takes subjects, seeds and minutes, and refuses what makes no sense', () => {
  expect(parseCall([])).toEqual({ subjects: SUBJECTS, seeds: null, seed: null, minutes: null });
  expect(parseCall(['kills', '--minutes', '30'])).toMatchObject({ subjects: [{ name: 'kills' }], minutes: 30 });
  expect(parseCall(['--seed', '17', 'frames'])).toMatchObject({ subjects: [{ name: 'frames' }], seed: 17 });
  expect(() => parseCall(['--seed', '17'])).toThrow('--seed needs the one subject');
  expect(() => parseCall(['--seed', '17', 'frames', '--minutes', '1'])).toThrow('--seed is one run');
  expect(() => parseCall(['--seeds', 'many'])).toThrow('--seeds is "many"; give a whole number above 0');
  expect(() => parseCall(['cows'])).toThrow('there is no subject cows');
});

it('says what it does, names every subject, and ends with 2 when it is called wrongly', async () => {
  const help = await runToEnd(process.execPath, [MAIN, '--help']);
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  expect(SUBJECT_NAMES.filter((name) => !help.stdout.includes(`  ${name} `))).toEqual([]);
  expect(help.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const wrong = await runToEnd(process.execPath, [MAIN, 'cows']);
  expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
  expect(wrong.stderr).toContain('there is no subject cows');
});

it('runs a subject with the seed that it is given, and ends with 0', async () => {
  const { exitCode, stdout, stderr } = await runToEnd(process.execPath, [MAIN, '--seed', '4711', 'agent-link']);
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 0, stdout: '' });
  expect(stderr).toContain('agent-link: seed 4711');
});

it('stands beside programs that an interrupt ends like it: each main.ts of test/ runs to its exit code in one way', () => {
  const mains = globSync('test/*/main.ts', { cwd: ROOT });
  expect(mains.length).toBeGreaterThanOrEqual(5);
  for (const main of mains) {
    expect(readFileSync(join(ROOT, main), 'utf8'), main).toContain('runToExit({');
  }
});
