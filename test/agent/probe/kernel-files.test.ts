import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKernelFiles } from '../../../agent/src/io/kernel-files.ts';
import type { KernelFiles } from '../../../agent/src/ports/kernel-files.ts';

describe('kernel files under a root', () => {
  let outside: string;
  let files: KernelFiles;

  beforeAll(async () => {
    outside = await mkdtemp(join(tmpdir(), 'trimtab-root-'));
    const root = join(outside, 'root');
    await mkdir(join(root, 'sys/devices/sda'), { recursive: true });
    await mkdir(join(root, 'etc/static'), { recursive: true });
    await writeFile(join(outside, 'secret'), 'secret');
    await writeFile(join(root, 'sys/devices/sda/size'), '8\n');
    await writeFile(join(root, 'etc/static/fstab'), 'here\n');
    await symlink('../sys/devices/sda', join(root, 'etc/disk'));
    await symlink('/etc/static/fstab', join(root, 'etc/fstab'));
    await symlink('../../secret', join(root, 'etc/escape'));
    await symlink(join(outside, 'secret'), join(root, 'etc/absolute-escape'));
    await symlink('loop', join(root, 'etc/loop'));
    files = createKernelFiles(root);
  });

  afterAll(() => rm(outside, { recursive: true, force: true }));

  it('follows relative links and absolute ones within the root', async () => {
    expect(await files.resolve('/etc/disk')).toBe('/sys/devices/sda');
    expect(await files.readText('/etc/disk/size')).toBe('8\n');
    expect(await files.readText('/etc/fstab')).toBe('here\n');
    expect(await files.list('/etc/disk')).toEqual(['size']);
  });

  it('never leaves the root', async () => {
    expect(await files.readText('/etc/escape')).toBeNull();
    expect(await files.readText('/etc/absolute-escape')).toBeNull();
    expect(await files.readText('/../secret')).toBeNull();
  });

  it('gives null, or no names, for what is absent, a loop or not a file', async () => {
    expect(await files.readText('/etc/none')).toBeNull();
    expect(await files.readBytes('/etc/loop')).toBeNull();
    expect(await files.resolve('/etc/loop')).toBeNull();
    expect(await files.readText('/etc')).toBeNull();
    expect(await files.list('/etc/fstab')).toEqual([]);
    expect(await files.space('/etc/none')).toBeNull();
  });

  it('measures the filesystem that a path lies on', async () => {
    const space = await files.space('/');
    expect(space?.sizeBytes).toBeGreaterThan(0);
    expect(space?.usedBytes).toBeLessThanOrEqual(space?.sizeBytes ?? 0);
  });
});
