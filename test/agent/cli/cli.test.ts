import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AGENT_VERSION } from '../../../agent/src/version.ts';
import { BUNDLE, runAgent } from '../support/agent-program.ts';

const manifest = JSON.parse(readFileSync(new URL('../../../agent/package.json', import.meta.url), 'utf8'));

describe('trimtab-agent', () => {
  it.each([[['--help']], [['run', '--help']], [['probe', '-h']], [['trim', '--help']], [['help', 'trim']]])(
    '%j shows an example',
    async (args) => {
      const { code, stdout, stderr } = await runAgent({ args });
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/Example:\n {2}trimtab-agent /);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  it('tells its version', async () => {
    expect(await runAgent({ args: ['--version'] })).toMatchObject({
      code: 0,
      stdout: `trimtab-agent ${manifest.version}\n`,
    });
    expect(AGENT_VERSION).toBe(manifest.version);
  });

  it.each([[['--help']], [['run', '--help']]])('says how a guest joins before it runs: %j', async (args) => {
    const { stdout } = await runAgent({ args });
    expect(stdout).toMatch(/trimtab-agent join/);
    // An agent that has joined nothing is let in nowhere by an address alone.
    expect(stdout).not.toMatch(/trimtab-agent run --collector/);
  });

  it.each([
    [[], 'a command is missing'],
    [['frobnicate'], 'there is no command "frobnicate"'],
    [['run', '--nope'], "run: Unknown option '--nope'"],
    [['run', 'more'], "run: Unexpected argument 'more'"],
    [['run', '--collector'], "run: Option '--collector <value>' argument missing"],
    [['trim', 'srv'], 'trim: "srv" is not a mount point'],
    [['probe', '--json=yes'], "probe: Option '--json' does not take an argument"],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await runAgent({ args });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`trimtab-agent: ${message}`);
    // Of the command that was called, if it is one.
    const verb = ['run', 'trim', 'probe'].find((each) => each === args[0]);
    expect(stderr).toContain(`trimtab-agent ${verb === undefined ? '' : `${verb} `}--help shows what there is.`);
  });

  it.each([
    [
      ['trim', 'srv', '--json'],
      2,
      { code: 'wrong-usage', cause: 'trim: "srv" is not a mount point: it does not begin with /' },
    ],
    [
      ['probe', '--json', '--root', '/nonexistent'],
      1,
      { subject: '/nonexistent', hint: expect.stringContaining('--root') },
    ],
    [['trim', '/nope', '--json'], 1, { subject: '/nope', operation: 'trim' }],
  ])('%j tells its error as one JSON document too', async (args, expected, error) => {
    const { code, stdout, stderr } = await runAgent({ args });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: expected, error });
    expect(stderr).toMatch(/^trimtab-agent: /);
  });

  it.each([
    [
      'a configuration that is not there',
      ['run', '--config', '/nope.toml'],
      /\/nope\.toml: there is no such file\n {2}Name/,
    ],
    [
      'a root without a kernel’s files',
      ['probe', '--root', '/nonexistent'],
      /cannot read the guest: \/nonexistent: there is no \/proc in it.*\n {2}Give --root/,
    ],
    [
      'the same where it is to be explained',
      ['probe', '--explain', '--root', '/nonexistent'],
      /cannot read the guest: \/nonexistent: there is no \/proc in it/,
    ],
    ['a mount that is none', ['trim', '/nope'], /cannot trim: \/nope: no filesystem of this guest is mounted there/],
  ])('says what is wrong: %s', async (_what, args, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'trimtab-cli-'));
    const environment = { TRIMTAB_AGENT_STATE_DIRECTORY: folder };
    const { code, stderr } = await runAgent({ args, environment });
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  const NO_SUCH_MINUTE = { TRIMTAB_AGENT_SCHEDULE: '61 * * * *' };

  it.each([
    [
      3,
      'no collector',
      ['run'],
      {},
      /--collector: it is not set, and this guest has joined none\n {2}.*trimtab-agent join TOKEN/,
    ],
    [
      2,
      'a collector that is no address',
      ['run', '--collector', 'foo'],
      {},
      /--collector: "foo" is not ADDRESS:PORT\n/,
    ],
    [1, 'the same in the environment', ['run'], { TRIMTAB_AGENT_COLLECTOR: 'foo' }, /"foo" is not ADDRESS:PORT\n/],
    [
      2,
      'a bad schedule',
      ['run', '--collector', '127.0.0.1:1', '--schedule', '61 * * * *'],
      {},
      /cannot use the schedule: --schedule "61 \* \* \* \*".*\n {2}.*schedule = "0 3 \* \* 0"/,
    ],
    [
      1,
      'the same in the environment',
      ['run', '--collector', '127.0.0.1:1'],
      NO_SUCH_MINUTE,
      /schedule: schedule "61 /,
    ],
    [
      2,
      'a time zone that is none',
      ['run', '--collector', '127.0.0.1:1', '--schedule', '@daily', '--time-zone', 'Mars/Olympus'],
      {},
      /there is no time zone "Mars\/Olympus"/,
    ],
  ])('ends with %i and says what is wrong: %s', async (expected, _what, args, given, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'trimtab-cli-'));
    const { code, stderr } = await runAgent({
      args,
      environment: { TRIMTAB_AGENT_STATE_DIRECTORY: folder, ...given },
    });
    await rm(folder, { recursive: true });
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
  });

  it('says what is wrong: a state directory that cannot be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trimtab-cli-'));
    await writeFile(join(folder, 'file'), '');
    const stateDirectory = join(folder, 'file', 'state');
    const { code, stderr } = await runAgent({
      args: ['run', '--collector', '127.0.0.1:1', '--state-directory', stateDirectory],
    });
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toContain(`cannot write: ${stateDirectory}: not a directory\n`);
    expect(stderr).toContain('--state-directory');
  });

  it('knows what this guest is', async () => {
    const { code, stdout } = await runAgent({ args: ['facts'] });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kernel: expect.any(String), architecture: expect.any(String) });
  });
});

/** The Node of the distribution, where it is an old one. */
const OLD_NODE = ['/usr/bin/node', '/usr/bin/nodejs'].find((path) => existsSync(path) && isOld(path));

describe.runIf(OLD_NODE !== undefined)(`on the old Node at ${OLD_NODE}`, () => {
  it.each([BUNDLE, fileURLToPath(new URL('../../../agent/bin/trimtab-agent.mjs', import.meta.url))])(
    '%s',
    (program) => {
      const { status, stderr } = spawnSync(OLD_NODE ?? '', [program, '--version'], { encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^trimtab-agent: Node \d+\.\d+\.\d+ is too old: it needs 22\.18 or newer; \S+ has it\.\n$/,
      );
    },
  );
});

function isOld(path: string): boolean {
  const major = Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
  return major < 22;
}
