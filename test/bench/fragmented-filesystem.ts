import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../support/machine/command.ts';
import { createLoopDisk } from '../support/machine/loop-disk.ts';

export interface FragmentedFilesystem extends AsyncDisposable {
  readonly mount: string;
  /**
   * Writes and deletes the same files again, and mounts it anew: ext4 skips groups it has trimmed since it was mounted.
   */
  restore(): Promise<void>;
  /** Discards that its device has completed, Documentation/ABI/stable/sysfs-block (stat). */
  countDiscards(): Promise<number>;
}

const BYTES = 30 * 1024 ** 3;

/**
 * A mail store in small: of these files every second one comes and goes, so each leaves a hole of its own. Without them
 * FITRIM of 30 GiB takes 0.1 s here, and a ratio to it would measure the noise.
 */
const SMALL_FILES = 60_000;
const SMALL_BYTES = 8 * 1024;
const SMALL_FILES_A_FOLDER = 1_000;

const LARGE_FILES = 200;
const LARGE_BYTES = 1024 ** 2;

/** As root: an ext4 of 30 GiB on a sparse image, a loop device of this host. */
export async function createFragmentedFilesystem({
  directory,
  signal,
}: {
  directory: string;
  signal: AbortSignal;
}): Promise<FragmentedFilesystem> {
  const disk = await createLoopDisk({ directory, name: 'data', bytes: BYTES });
  const { mount, device } = disk;
  const small = Buffer.alloc(SMALL_BYTES, 'small');
  const large = Buffer.alloc(LARGE_BYTES, 'large');
  const passing = [
    ...indices(SMALL_FILES)
      .filter((index) => index % 2 === 1)
      .map((index) => ({ path: pathOf(index), data: small })),
    ...indices(LARGE_FILES).map((index) => ({ path: `${mount}/large-${index}`, data: large })),
  ];
  try {
    for (const folder of indices(SMALL_FILES / SMALL_FILES_A_FOLDER)) await mkdir(`${mount}/${folder}`);
    await forEach(indices(SMALL_FILES), (index) => writeFile(pathOf(index), small));
    await runCommand('sync', []);
  } catch (error) {
    await disk[Symbol.asyncDispose]();
    throw error;
  }

  return {
    mount,
    async restore() {
      await forEach(passing, ({ path, data }) => writeFile(path, data));
      await runCommand('sync', ['-f', mount]);
      await forEach(passing, ({ path }) => rm(path));
      await runCommand('sync', ['-f', mount]);
      await runCommand('umount', [mount]);
      await untilReleased(device);
      await runCommand('mount', ['-o', 'noinit_itable', device, mount]);
      // What the image's own filesystem has not written yet would be paid by whoever trims next.
      await runCommand('sync', []);
      await delay(REST_MS, undefined, { signal });
    },
    async countDiscards() {
      const counters = await readFile(`/sys/block/${basename(device)}/stat`, 'latin1');
      return Number(counters.trim().split(/\s+/)[11]);
    },
    [Symbol.asyncDispose]: () => disk[Symbol.asyncDispose](),
  };

  function pathOf(index: number): string {
    return `${mount}/${Math.floor(index / SMALL_FILES_A_FOLDER)}/${index}`;
  }

  async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
    for (let from = 0; from < items.length; from += BATCH) {
      signal.throwIfAborted();
      await Promise.all(items.slice(from, from + BATCH).map(work));
    }
  }
}

const BATCH = 32;

/**
 * Loop device and host go on working after sync(1) has returned. Without this rest `fstrim -v`, which begins at once,
 * paid for that and took 1.0 s where the agent's own fstrim, begun 100 ms later, took 0.7 s.
 */
const REST_MS = 2_000;

const RELEASE_DEADLINE_MS = 60_000;

/**
 * A mount namespace that anybody made meanwhile (a container, a service with PrivateMounts) holds a copy of the mount,
 * and with it all that ext4 remembers: to mount it again would then change nothing.
 */
async function untilReleased(device: string): Promise<void> {
  const untilMs = performance.now() + RELEASE_DEADLINE_MS;
  while (existsSync(`/sys/fs/ext4/${basename(device)}`)) {
    if (performance.now() > untilMs)
      throw new Error(
        `${device} is still mounted in another mount namespace (lsns -t mnt); measure when that has ended`,
      );
    await delay(100);
  }
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
