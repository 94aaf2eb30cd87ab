import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAgent } from '../agent/support/agent-program.ts';
import { makeLoopFilesystem } from '../agent/support/loop-filesystem.ts';

const MIB = 1024 * 1024;
const WRITTEN_BYTES = 96 * MIB;

if (process.geteuid?.() !== 0) throw new Error('These tests make filesystems on loop devices: run them as root.');

describe.each(['ext4', 'xfs', 'btrfs'] as const)('trimtab-agent trim on %s', (kind) => {
  it('gives back what was deleted, and says what each layer discarded', async () => {
    const filesystem = await makeLoopFilesystem({ kind, sizeMiB: 512 });
    try {
      const written = await filesystem.writeAndDelete(WRITTEN_BYTES);
      const { code, stdout, stderr } = await runAgent({ args: ['trim', '--json', filesystem.mount] });
      expect([code, stderr]).toEqual([0, '']);
      const report = JSON.parse(stdout);
      const [{ hops }] = report.disks;
      expect(report).toMatchObject({
        disks: [{ device: filesystem.device, verdict: 'inconclusive', hops: { reclaimedBytes: null } }],
        filesystems: [{ mount: filesystem.mount, kind, disks: [filesystem.device], outcome: { status: 'done' } }],
        layers: [{ name: filesystem.device }],
      });
      const [{ before, after }] = report.layers;
      expect(report.filesystems[0].outcome.trimmedBytes).toBeGreaterThan(WRITTEN_BYTES);
      expect(hops.issuedBytes).toBe(after.discardedBytes - before.discardedBytes);
      expect(hops.issuedBytes).toBeGreaterThanOrEqual(WRITTEN_BYTES);
      const givenBackBytes = written.allocatedBytes - (await filesystem.allocatedBytes());
      expect(givenBackBytes).toBeGreaterThan(0.95 * WRITTEN_BYTES);
      expect(givenBackBytes).toBeLessThan(1.25 * WRITTEN_BYTES);
    } finally {
      await filesystem.remove();
    }
  });
});

describe('trimtab-agent trim', () => {
  it('shows people the same', async () => {
    const filesystem = await makeLoopFilesystem({ kind: 'ext4', sizeMiB: 64 });
    const { code, stdout } = await runAgent({ args: ['trim', filesystem.mount] });
    await filesystem.remove();
    expect(code).toBe(0);
    expect(stdout).toContain(`${filesystem.mount}  fstrim says `);
    expect(stdout).toMatch(new RegExp(`${filesystem.device} +[\\d.]+ [KM]iB discarded`));
    expect(stdout).toContain('Only the host can say what it got back.');
  });

  it('says what to do when it is not root', async () => {
    const filesystem = await makeLoopFilesystem({ kind: 'ext4', sizeMiB: 64 });
    const within = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { code, stdout } = await runAgent({ args: ['trim', filesystem.mount], within });
    await filesystem.remove();
    expect(code).toBe(32);
    expect(stdout).toMatch(/failed: fstrim: .*(Operation not permitted|Permission denied)/);
    expect(stdout).toContain('Run the agent as root.');
  });

  it('says what to install when there is no fstrim', async () => {
    const filesystem = await makeLoopFilesystem({ kind: 'ext4', sizeMiB: 64 });
    const nothing = await mkdtemp(join(tmpdir(), 'trimtab-nothing-'));
    const hidden = 'mount --bind "$0" /usr/sbin && exec "$@"';
    const within = ['unshare', '--mount', 'sh', '-c', hidden, nothing];
    const { code, stdout } = await runAgent({
      args: ['trim', filesystem.mount],
      within,
      environment: { PATH: '/usr/bin:/bin' },
    });
    await rm(nothing, { recursive: true });
    await filesystem.remove();
    expect(stdout).toContain('there is no fstrim in this guest');
    expect(stdout).toContain('Install util-linux, or BusyBox');
    expect(code).toBe(32);
  });
});
