import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../support/machine/command.ts';
import { createLoopDisk, type LoopDisk } from '../../support/machine/loop-disk.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { startHostAgent } from '../../support/programs/host-agent.ts';
import { AGENT_BUNDLE, COLLECTOR_BIN } from '../../support/programs/own-programs.ts';
import type { Program } from '../../support/programs/program.ts';
import { runAtOnce } from '../../support/programs/run-to-end.ts';

// What a person sees of both programs when something is wrong: one clear error, with its remedy.
const NOBODY = 65534;
const MIB = 1024 ** 2;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-faults-'));
  // Nobody must get as far as the filesystem.
  await chmod(directory, 0o755);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a configuration that is missing or broken', () => {
  const BROKEN = 'state-directory = "/var/lib/x"\nlisten = 127.0.0.1:80\n';

  it.each([
    { program: 'trimtab', script: COLLECTOR_BIN, verb: 'serve' },
    { program: 'trimtab-agent', script: AGENT_BUNDLE, verb: 'run' },
  ])('of $program is one error that names the file and the way out', async ({ program, script, verb }) => {
    const path = join(directory, `${program}.toml`);
    const start = () => run(script, verb, '--config', path);

    const missing = await start();
    expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
    expect(missing.stderr).toMatch(
      new RegExp(`^${program}: cannot read the configuration: ${path}: .*no such file.*\\n {2}.*--config.*\\n$`),
    );

    await writeFile(path, BROKEN);
    const broken = await start();
    expect(broken).toMatchObject({ exitCode: 1, stdout: '' });
    expect(broken.stderr).toContain(`${program}: cannot read the configuration: ${path}, line 2`);
    // The key alone: another value may be a password.
    expect(broken.stderr).toContain('This one begins with: listen =');
    expect(broken.stderr).not.toContain('127.0.0.1:80');

    await writeFile(path, 'no-such-key = 1\n');
    const unknown = await start();
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '' });
    expect(unknown.stderr).toContain(`${path}: no-such-key: there is no such key`);
    expect(unknown.stderr).not.toContain('    at ');
  });

  it.each([
    [
      'no collector',
      [],
      /collector: it is not set, and this guest has joined none\n {2}On the host run trimtab enroll GUEST/,
    ],
    ['a time that is none', ['--grant-patience', 'soon'], /--grant-patience: "soon" is not a time such as 30s/],
    [
      'a schedule that is none',
      ['--collector', '127.0.0.1:1', '--schedule', 'at noon'],
      /schedule "at noon".*\n {2}A schedule is a cron expression/,
    ],
    [
      'a time zone that is none',
      ['--collector', '127.0.0.1:1', '--schedule', '0 3 * * 0', '--time-zone', 'Mars'],
      /there is no time zone "Mars"/,
    ],
  ])('the agent with %s does not start', async (_, args, expected) => {
    const { exitCode, stderr } = await run(
      AGENT_BUNDLE,
      'run',
      '--state-directory',
      join(directory, 'unused'),
      ...args,
    );
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toContain('    at ');
  });

  it('the agent says that it may not write its state', async () => {
    const { exitCode, stderr } = await runAs(
      NOBODY,
      'run',
      '--collector',
      '127.0.0.1:1',
      '--state-directory',
      '/root/state',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/cannot write: \/root\/state: .*\n {2}.*Run it as root, or .*--state-directory PATH/);
  });
});

describe('a trim that cannot be', () => {
  let disk: LoopDisk;
  let collector: CollectorUnderTest;

  beforeAll(async () => {
    disk = await createLoopDisk({ directory, name: 'disk', bytes: 64 * MIB });
    collector = await startCollectorProgram({ directory });
  });

  afterAll(async () => {
    await collector?.program.stop();
    await disk?.[Symbol.asyncDispose]();
  });

  it('of a guest that nobody knows', async () => {
    const { exitCode, stdout, stderr } = await collector.trimtab('trim', 'nobody');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      'trimtab: cannot find the guest: nobody: no guest of this host has this name or id\n  `trimtab guests` lists them.\n',
    );
  });

  it('without a collector', async () => {
    const { exitCode, stderr } = await run(COLLECTOR_BIN, 'trim', 'web', '--socket', join(directory, 'nowhere'));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^trimtab: cannot .*nowhere.*\n {2}.*trimtab serve/);
  });

  it('of a mount that is none, or is read-only', async () => {
    await using agent = await startAgent();
    const none = await collector.trimtab('trim', hostname(), '/no/such/mount');
    expect(none).toMatchObject({ exitCode: 1, stdout: '' });
    expect(none.stderr).toMatch(
      /cannot trim: \/no\/such\/mount of .*: the guest announced no such mount\n {2}It has: .*\n$/,
    );

    await runCommand('mount', ['-o', 'remount,ro', disk.mount]);
    const readOnly = await collector.trimtab('trim', hostname(), disk.mount);
    await runCommand('mount', ['-o', 'remount,rw', disk.mount]);
    expect(readOnly).toMatchObject({ exitCode: 1, stdout: '' });
    expect(readOnly.stderr).toContain(
      `cannot trim: ${disk.mount}: It is mounted read-only.\n  Remount it read-write to have it trimmed.`,
    );
    expect(agent.hasEnded()).toBe(false);
  });

  it('because there is no fstrim', async () => {
    // Of no mode that would let it run, and in the place of the real one.
    const fstrim = join(directory, 'no-fstrim');
    await writeFile(fstrim, '', { mode: 0o600 });
    await using _agent = await startAgent({ fstrim });
    const { exitCode, stdout } = await collector.trimtab('trim', hostname(), disk.mount);
    expect(exitCode).toBe(32);
    const said = stdout.replaceAll(/\s+/g, ' ');
    expect(said).toContain(
      'failed: there is no fstrim in this guest Install util-linux, or BusyBox with its fstrim applet.',
    );
    expect(said).toContain('failed: Nothing was trimmed: there is no fstrim in this guest.');
  });

  it('because the agent is not root', async () => {
    const { exitCode, stdout } = await runAs(NOBODY, 'trim', disk.mount);
    expect(exitCode).toBe(32);
    expect(stdout).toMatch(/failed: .*(Operation not permitted|Permission denied).*\n {2}Run the agent as root\./);
  });

  it('told by the host, because the agent is not root', async () => {
    const state = join(directory, 'agent');
    await rm(state, { recursive: true, force: true });
    await mkdir(state);
    await chown(state, NOBODY, NOBODY);
    await using _agent = await startAgent({ uid: NOBODY });
    const { exitCode, stdout } = await collector.trimtab('trim', hostname(), disk.mount);
    expect(exitCode).toBe(32);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /failed: .*(Operation not permitted|Permission denied) Run the agent as root\./,
    );
  });

  it('with a verdict, because its image was deleted', async () => {
    await using _agent = await startAgent();
    await rm(disk.image);
    const { disks } = await collector.trim(hostname(), disk.mount);
    expect(disks).toMatchObject([{ verdict: 'inconclusive', hops: { reclaimedBytes: null, passedBytes: null } }]);
    expect(disks[0]?.sentence).toContain('deleted');
    const { findings } = await collector.status();
    const finding = findings.find(({ subject }) => subject === disk.device);
    expect(finding).toMatchObject({ hint: `losetup --detach ${disk.device}` });
    expect(finding?.sentence).toContain(`${disk.image} is deleted`);
  });

  async function startAgent(options: { readonly fstrim?: string; readonly uid?: number } = {}): Promise<Program> {
    const agent = startHostAgent({
      directory,
      port: collector.agentPort,
      args: ['--minimum-interval', '0s'],
      ...options,
    });
    await collector.untilConnected({ guest: hostname(), mounts: [disk.mount], movement: agent.movement });
    return agent;
  }
});

function run(script: string, ...args: readonly string[]) {
  return runThrough({ through: [], script, args });
}

function runAs(uid: number, ...args: readonly string[]) {
  const id = String(uid);
  return runThrough({
    through: ['setpriv', '--reuid', id, '--regid', id, '--clear-groups'],
    script: AGENT_BUNDLE,
    args,
  });
}

function runThrough({
  through,
  script,
  args,
}: {
  through: readonly string[];
  script: string;
  args: readonly string[];
}) {
  const [file = '', ...words] = [...through, process.execPath, script, ...args];
  return runAtOnce(file, words);
}
