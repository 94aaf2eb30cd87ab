import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DMSETUP_STATUS, LVS } from '../../collector/src/image/lvm.ts';
import { readPart } from '../../packaging/packages/files.ts';
import { COLLECTOR_BIN } from '../support/programs/own-programs.ts';

const FILES = join(import.meta.dirname, '../../packaging/files/collector');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-services-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what systemd hears of the collector', () => {
  /** Takes datagrams, a line each: Node opens no sockets of that kind. */
  const LISTENER = `use Socket; socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un($ARGV[0])) or die;
    $| = 1; print "listening\\n"; while (defined recv(S, my $said, 4096, 0)) { print "$said\\n" }`;

  it('it is ready, its event loop turns, and it stops', async () => {
    const place = join(folder, 'notify');
    const listener = spawn('perl', ['-e', LISTENER, place], { stdio: ['ignore', 'pipe', 'inherit'] });
    let heard = '';
    const hears = async (word: string) => {
      while (!heard.includes(word)) await once(listener.stdout, 'data');
    };
    listener.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    await hears('listening');
    const state = join(folder, 'state');
    const socket = join(folder, 'collector.sock');
    const serve = ['serve', '--listen', '127.0.0.1:0', '--state-directory', state, '--socket', socket];
    const collector = spawn('perl', [join(FILES, 'with-notify-fd.pl'), process.execPath, COLLECTOR_BIN, ...serve], {
      env: { PATH: process.env.PATH, NOTIFY_SOCKET: place, WATCHDOG_USEC: '300000' },
      stdio: 'ignore',
    });
    try {
      await hears('READY=1');
      // Whoever waited for it is answered at once.
      const status = spawnSync(process.execPath, [COLLECTOR_BIN, 'status', '--json', '--socket', socket]);
      expect(status.status).toBe(0);
      await hears('WATCHDOG=1\nWATCHDOG=1');
      collector.kill('SIGTERM');
      await hears('STOPPING=1');
      expect(await once(collector, 'exit')).toEqual([0, null]);
    } finally {
      collector.kill('SIGKILL');
      listener.kill();
    }
  });

  it('where nobody waits for word, the program is started all the same', () => {
    const { stdout, status } = spawnSync('perl', [join(FILES, 'with-notify-fd.pl'), '/bin/echo', 'here'], {
      encoding: 'utf8',
      env: {},
    });
    expect({ stdout, status }).toEqual({ stdout: 'here\n', status: 0 });
  });
});

describe('lvs and dmsetup, as root', () => {
  /** As systemd does for trimtab-storage.socket: a process a connection. */
  let server: Server;
  const place = () => join(folder, 'storage.sock');
  let bin: string;

  beforeAll(async () => {
    bin = join(folder, 'bin');
    await mkdir(bin);
    const script = join(folder, 'read-storage');
    // Its PATH is that of the system; here the programs of a test come first.
    const text = readPart('collector/read-storage.sh', { lvs: LVS.join(' '), dmsetup: DMSETUP_STATUS.join(' ') });
    await writeFile(script, text.replace('PATH=', `PATH=${bin}:`));
    server = createServer({ allowHalfOpen: true }, (socket) => {
      const child = spawn('sh', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
      socket.pipe(child.stdin);
      child.stdout.pipe(socket);
    }).listen(place());
    await once(server, 'listening');
  });

  afterAll(() => server.close());

  async function pretend({ name, text }: { readonly name: string; readonly text: string }): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  }

  async function ask(name: string, at = place()) {
    const child = spawn(process.execPath, [join(FILES, 'ask-storage.mjs'), name, at], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const each of ['stdout', 'stderr'] as const)
      child[each].setEncoding('utf8').on('data', (text: string) => {
        said[each] += text;
      });
    const [status] = await once(child, 'close');
    return { status, stdout: said.stdout, stderr: said.stderr };
  }

  it('are run with the arguments of the collector, and what they print comes back', async () => {
    await pretend({ name: 'lvs', text: 'echo "$@"' });
    await pretend({ name: 'dmsetup', text: 'echo "$@"; echo second line' });
    expect(await ask('lvs')).toEqual({ status: 0, stdout: `${LVS.join(' ')}\n`, stderr: '' });
    expect(await ask('dmsetup')).toMatchObject({ status: 0, stdout: `${DMSETUP_STATUS.join(' ')}\nsecond line\n` });
  });

  it('nothing else is run, whatever is asked', async () => {
    await pretend({ name: 'reboot', text: `touch ${folder}/rebooted` });
    for (const question of ['reboot', 'lvs; reboot', '$(reboot)', '../bin/reboot', ''])
      expect(await ask(question)).toMatchObject({ status: 5, stdout: '' });
    expect(spawnSync('ls', [join(folder, 'rebooted')]).status).not.toBe(0);
  });

  it('one that fails, or that nobody answers for, is an error in a sentence', async () => {
    await pretend({ name: 'lvs', text: 'echo no >&2; exit 5' });
    expect(await ask('lvs')).toMatchObject({
      status: 5,
      stderr: 'as root, by trimtab-storage.socket: it ended with 5; journalctl -t read-storage says more\n',
    });
    expect((await ask('lvs', join(folder, 'nobody.sock'))).stderr).toMatch(
      /^as root, by trimtab-storage\.socket: connect ENOENT/,
    );
  });
});
