import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runAgent } from './support/agent-program.ts';

if (process.geteuid?.() !== 0) throw new Error('These tests trim a filesystem on a loop device: run them as root.');

const run = promisify(execFile);

let folder: string;
let mount: string;

/** ramfs cannot punch holes, so a loop device over a file on it takes no discards (drivers/block/loop.c). */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-deaf-'));
  const image = join(folder, 'memory/image');
  mount = join(folder, 'mount');
  await run('mkdir', [join(folder, 'memory'), mount]);
  await run('mount', ['-t', 'ramfs', 'ramfs', join(folder, 'memory')]);
  await run('truncate', ['-s', '16M', image]);
  await run('/usr/sbin/mkfs.ext4', ['-F', '-q', image]);
  await run('mount', ['-o', 'loop', image, mount]);
});

afterAll(async () => {
  await run('umount', [mount]);
  // The kernel lets go of a loop device's file a moment after its filesystem is gone (LO_FLAGS_AUTOCLEAR).
  await vi.waitFor(() => run('umount', [join(folder, 'memory')]), { timeout: 10_000, interval: 50 });
  await rm(folder, { recursive: true });
});

describe('a real filesystem on a disk that takes no discards', () => {
  it('is tried by a trim all the same, and is unsupported', async () => {
    const { code, stdout } = await runAgent({ args: ['trim', '--json', mount] });
    expect(code).toBe(32);
    expect(JSON.parse(stdout).filesystems).toMatchObject([{ mount, outcome: { status: 'unsupported' }, again: false }]);
  });

  it('is explained', async () => {
    const { code, stdout } = await runAgent({ args: ['probe', '--explain', '--json'] });
    expect(code).toBe(1);
    const findings: { mount: string | null }[] = JSON.parse(stdout).findings;
    expect(findings.filter((finding) => finding.mount === mount)).toMatchObject([
      { cause: 'disk-without-discard', hop: 'issued', effect: 'lost', fix: { on: 'guest', commands: [] } },
    ]);
  });
});
