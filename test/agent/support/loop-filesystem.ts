import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface LoopFilesystem {
  readonly mount: string;
  /** `loop3`. */
  readonly device: string;
  /** What the backing file takes on its host, which here is this machine. */
  allocatedBytes(): Promise<number>;
  /** Writes that much, lets it reach the disk, and deletes it. */
  writeAndDelete(bytes: number): Promise<{ readonly allocatedBytes: number }>;
  remove(): Promise<void>;
}

/** A filesystem on a loop device over a sparse file. Needs root. */
export async function makeLoopFilesystem({
  kind,
  sizeMiB,
}: {
  kind: 'ext4' | 'xfs' | 'btrfs';
  sizeMiB: number;
}): Promise<LoopFilesystem> {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-loop-'));
  const image = join(folder, 'image');
  const mount = join(folder, 'mount');
  await run('truncate', ['-s', `${sizeMiB}M`, image]);
  await run(`/usr/sbin/mkfs.${kind}`, [kind === 'ext4' ? '-F' : '-f', '-q', image]);
  await run('mkdir', [mount]);
  await run('mount', ['-o', 'loop', image, mount]);
  const { stdout } = await run('findmnt', ['-n', '-o', 'SOURCE', mount]);

  return {
    mount,
    device: stdout.trim().replace('/dev/', ''),
    allocatedBytes,
    async writeAndDelete(bytes) {
      const path = join(mount, 'data');
      const file = await open(path, 'w');
      const chunk = Buffer.alloc(1024 * 1024, 'trimtab');
      for (let written = 0; written < bytes; written += chunk.length) await file.write(chunk);
      await file.sync();
      await file.close();
      await run('sync', ['-f', mount]);
      const written = { allocatedBytes: await allocatedBytes() };
      await rm(path);
      return written;
    },
    async remove() {
      await run('umount', [mount]);
      await rm(folder, { recursive: true });
    },
  };

  async function allocatedBytes(): Promise<number> {
    const file = await open(image);
    await file.sync();
    await file.close();
    return (await stat(image)).blocks * 512;
  }
}
