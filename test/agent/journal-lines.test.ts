import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inFolder } from './report/in-folder.ts';
import { BUNDLE } from './support/agent-program.ts';

/** The first line of an agent's log in a file, and what JOURNAL_STREAM is then. */
async function firstLine({ folder, journal }: { folder: string; journal: 'this file' | 'elsewhere' }): Promise<string> {
  const log = join(folder, 'log');
  await writeFile(log, '');
  const { dev, ino } = await stat(log);
  const child = spawn(
    'sh',
    [
      '-c',
      'exec "$0" "$@" 2> "$LOG"',
      process.execPath,
      BUNDLE,
      'run',
      '--collector',
      '127.0.0.1:1',
      '--state-directory',
      folder,
    ],
    { env: { ...process.env, LOG: log, JOURNAL_STREAM: journal === 'this file' ? `${dev}:${ino}` : '1:1' } },
  );
  const closed = once(child, 'close');
  try {
    while (!(await readFile(log, 'utf8')).includes('\n')) await setTimeout(10);
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
  return (await readFile(log, 'utf8')).split('\n')[0] ?? '';
}

it('the agent writes priorities where journald reads its stderr', () =>
  inFolder(async ({ path: folder }) => {
    expect(await firstLine({ folder, journal: 'this file' })).toMatch(
      /^<6>trimtab-agent \S+ connects to 127\.0\.0\.1:1$/,
    );
  }));

it('and times where it only inherited the variable', () =>
  inFolder(async ({ path: folder }) => {
    expect(await firstLine({ folder, journal: 'elsewhere' })).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z trimtab-agent \S+ connects/,
    );
  }));
