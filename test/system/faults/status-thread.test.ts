import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHostFiles, LONG_LIST } from '../../../collector/src/io/host-files.ts';
import { createStatusThread, PIECE } from '../../../collector/src/io/status-thread.ts';

// stat(2) that hangs, in the thread that asks for many. Needs root, for a mount.

/**
 * FUSE, of which nobody reads the questions: what asks waits in the kernel until the program ends. A link in another
 * folder leads there.
 */
async function createHanging(folder: string) {
  const at = (name: string) => join(folder, name);
  for (const name of ['hung', 'links']) mkdirSync(at(name));
  symlinkSync(at('hung'), at('links/hung'));
  const mount = `mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 hung ${at('hung')}`;
  const program = spawn('sh', ['-c', `exec 3<>/dev/fuse; ${mount} && exec sleep 1000`], { stdio: 'inherit' });
  await expect.poll(() => readFile('/proc/self/mounts', 'utf8')).toContain(` ${at('hung')} fuse `);
  return {
    link: at('links/hung/x'),
    async end() {
      const ended = once(program, 'exit');
      program.kill('SIGKILL');
      await ended;
      const unmounted = spawn('umount', ['-l', at('hung')], { stdio: 'inherit' });
      await once(unmounted, 'exit');
    },
  };
}

async function withHanging(
  test: (scene: {
    readonly paths: readonly string[];
    readonly link: string;
    readonly end: () => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-statuses-'));
  const { link, end } = await createHanging(folder);
  let isOver = false;
  const endOnce = async () => {
    if (isOver) return;
    isOver = true;
    await end();
  };
  try {
    const paths = Array.from({ length: LONG_LIST }, (_, index) => join(folder, `${index}.raw`));
    for (const path of paths) writeFileSync(path, '');
    await test({ paths, link, end: endOnce });
  } finally {
    await endOnce();
    rmSync(folder, { recursive: true });
  }
}

it('a thread that waits for one file has no answer, at once from then on, until that file has one', async () => {
  await withHanging(async ({ paths, link, end }) => {
    const thread = createStatusThread({ patienceMs: 200 });
    expect(await thread.read(paths)).toHaveLength(paths.length);
    const behind = thread.read(paths);
    const both = await Promise.all([thread.read([...paths.slice(0, PIECE), link]), behind]);
    expect(both[0]).toBeNull();
    expect(await thread.read(paths)).toBeNull();
    await end();
    await expect.poll(() => thread.read(paths)).toHaveLength(paths.length);
    expect(await thread.read([link])).toEqual([null]);
  });
});

it('of a long list what hangs loses itself alone, and its place is told', async () => {
  await withHanging(async ({ paths, link }) => {
    const files = createHostFiles({ patienceMs: 200 });
    for (const _ of ['the first time', 'while it hangs']) {
      const statuses = await files.statuses([link, ...paths]);
      expect(statuses[0]).toBeNull();
      expect(statuses.slice(1)).not.toContain(null);
      expect(files.silentPlace(link)).not.toBeNull();
    }
  });
});
