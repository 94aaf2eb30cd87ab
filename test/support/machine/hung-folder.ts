import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Only a hang meets it. */
const CEILING_MS = 60_000;

/** Disposed of, what waits is told that nobody is there. */
export interface HungFolder extends AsyncDisposable {
  /** Where it is mounted. */
  readonly mount: string;
  /** A file in it, by a link in another folder. */
  readonly link: string;
}

/**
 * FUSE in `folder`, of which nobody reads the questions: what asks waits in the kernel, as for a server of NFS that is
 * gone, until the program here ends. Needs root, for the mount.
 */
export async function createHungFolder(folder: string): Promise<HungFolder> {
  const [mount, links] = [join(folder, 'hung'), join(folder, 'links')];
  for (const path of [mount, links]) mkdirSync(path);
  symlinkSync(mount, join(links, 'hung'));
  const mounting = `mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 hung ${mount}`;
  const program = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'sh', '-c', `exec 3<>/dev/fuse; ${mounting} && exec sleep 1000`],
    {
      stdio: 'inherit',
    },
  );
  await expect.poll(() => readFile('/proc/self/mounts', 'utf8'), { timeout: CEILING_MS }).toContain(` ${mount} fuse `);
  let isOver = false;
  return {
    mount,
    link: join(links, 'hung/x'),
    async [Symbol.asyncDispose]() {
      if (isOver) return;
      isOver = true;
      const ended = once(program, 'exit');
      program.kill('SIGKILL');
      await ended;
      const unmounted = spawn('umount', ['-l', mount], { stdio: 'inherit' });
      await once(unmounted, 'exit');
    },
  };
}
