import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agentConfiguration } from '../../packaging/packages/configurations.ts';

const SCRIPT = join(import.meta.dirname, '../../packaging/files/agent/starter.sh');
const CONFIGURATION = agentConfiguration().content;

let folder: string;
let etc: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-starter-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  etc = await mkdtemp(join(folder, 'etc-'));
  await mkdir(join(etc, 'trimtab'));
  await mkdir(join(etc, 'cron.d'));
  if (CONFIGURATION.kind === 'bytes') await writeFile(join(etc, 'trimtab/agent.toml'), CONFIGURATION.bytes);
});

const toml = () => readFile(join(etc, 'trimtab/agent.toml'), 'utf8');

describe.each([['dash'], ['busybox', 'sh']])('with %s, where neither systemd nor OpenRC is', (...shell) => {
  const starter = (...args: readonly string[]) => {
    const [command = 'sh', ...first] = shell.filter((word) => typeof word === 'string');
    const { status, stdout, stderr } = spawnSync(command, [...first, SCRIPT, ...args], {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TRIMTAB_ETC: etc, TRIMTAB_RUN: etc },
    });
    return { status, stdout, stderr };
  };

  it('the agent stays, until something else is chosen', () => {
    expect(starter()).toMatchObject({ status: 0, stdout: 'resident: the agent stays (neither systemd nor OpenRC)\n' });
    expect(starter('is', 'resident').status).toBe(0);
    expect(starter('is', 'timer').status).toBe(1);
  });

  it('a way is kept in agent.toml, in one line, and cron has it', async () => {
    const before = await toml();
    expect(starter('timer', '20m')).toMatchObject({
      status: 0,
      stdout: 'timer: a visit every 20m (neither systemd nor OpenRC)\n',
    });
    const changed = (await toml()).split('\n').filter((line) => !before.includes(line));
    expect(changed.toSorted()).toEqual(['starter = "timer"', 'visit-every = "20m"']);
    const [minutes = '', ...rest] = (await readFile(join(etc, 'cron.d/trimtab-agent'), 'utf8')).split(' ');
    expect(rest.join(' ')).toBe('* * * * root /usr/bin/trimtab-agent visit\n');
    const [first = 0, ...others] = minutes.split(',').map(Number);
    expect(others).toEqual([first + 20, first + 40]);
    expect(first).toBeLessThan(20);

    expect(starter('resident').stdout).toContain('resident: the agent stays');
    expect((await toml()).match(/^starter = .*$/gm)).toEqual(['starter = "resident"']);
    expect(spawnSync('ls', [join(etc, 'cron.d')], { encoding: 'utf8' }).stdout).toBe('');
  });

  it('what needs systemd is refused, and so is what is no way; nothing is changed', async () => {
    const before = await toml();
    expect(starter('doorbell')).toMatchObject({
      status: 1,
      stderr: 'trimtab-agent-starter: doorbell needs systemd and udev; doorman does the same with a shell.\n',
    });
    const { status, stderr } = starter('sometimes');
    expect(status).toBe(2);
    expect(stderr).toContain('there is no way sometimes (these are: resident timer doorman doorbell)');
    expect(await toml()).toBe(before);
  });

  it('BusyBox’s table of root is kept, but for our line', async () => {
    await rm(join(etc, 'cron.d'), { recursive: true });
    await mkdir(join(etc, 'crontabs'));
    const own = '0 3 * * * /usr/local/bin/backup\n';
    await writeFile(join(etc, 'crontabs/root'), own);
    starter('timer');
    starter('doorman');
    const table = await readFile(join(etc, 'crontabs/root'), 'utf8');
    expect(table.startsWith(own)).toBe(true);
    expect(table.match(/trimtab-agent visit/g)).toHaveLength(1);
    starter('none');
    expect(await readFile(join(etc, 'crontabs/root'), 'utf8')).toBe(own);
  });
});
