import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../support/machine/command.ts';
import { COLLECTOR_BIN } from '../support/programs/own-programs.ts';
import { startProgram } from '../support/programs/program.ts';

if (process.geteuid?.() !== 0) throw new Error('This test makes a network of its own: run it as root.');

/** As a bridge of libvirt: TEST-NET-2 of RFC 5737, which is nobody's. */
const ADDRESS = '198.51.100.7';

it('a collector whose address comes up after it listens there from then on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trimtab-later-'));
  const args = ['--listen', `${ADDRESS}:7461`, '--socket', join(directory, 'api'), '--state-directory', directory];
  // A network that has never had an address takes any for a broadcast (inet_addr_type).
  const through = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  await using collector = startProgram(COLLECTOR_BIN, ['serve', '--accept-unenrolled', ...args], { through });
  try {
    await collector.says(/no interface of this host has the address yet/);
    await collector.says(/collector ready/);
    const inside = ['--target', `${collector.pid}`, '--net'];
    await runCommand('nsenter', [...inside, 'ip', 'address', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
    await collector.says(/the address is there; agents can connect/);
    const asked = `require('node:net').connect(7461, '${ADDRESS}', () => process.exit(0)).on('error', () => process.exit(1))`;
    await runCommand('nsenter', [...inside, process.execPath, '-e', asked]);
  } finally {
    await collector.stop();
    await rm(directory, { recursive: true });
  }
  expect(await collector.exitCode()).toBe(0);
});
