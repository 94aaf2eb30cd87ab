import { randomFillSync } from 'node:crypto';
import { mkdir, open, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { runCommand } from '../support/machine/command.ts';
import { unmount } from '../support/machine/loop-disk.ts';
import type { CleanUp } from '../support/own-tools/clean-up.ts';
import type { Narrator } from '../support/own-tools/narrator.ts';
import type { CollectorUnderTest } from '../support/programs/collector.ts';
import { startHostAgent } from '../support/programs/host-agent.ts';
import { FILE_BYTES, IMAGE_BYTES, type Scene } from './experiment.ts';

/**
 * The experiment without a guest: this host trims a loop device of its own. No hypervisor, so nothing to ignore the
 * discards.
 */
export async function openLoopScene(parts: {
  readonly directory: string;
  readonly collector: CollectorUnderTest;
  readonly cleanUp: CleanUp;
  readonly narrator: Narrator;
}): Promise<Scene> {
  const { directory, collector, cleanUp, narrator } = parts;
  if (process.getuid?.() !== 0) throw new Error('A loop device needs root. Run it as root, or with --qemu.');
  const image = `${directory}/article-loop.img`;
  const mount = `${directory}/mount`;
  await writeFile(image, '');
  await truncate(image, IMAGE_BYTES);
  await mkdir(mount);
  narrator.say(`a sparse image of 30 GiB: ${image}`);
  const device = await cleanUp.make({
    what: `the loop device of ${image}`,
    make: async () => (await runCommand('losetup', ['--find', '--show', image])).trim(),
    undo: (made) => runCommand('losetup', ['--detach', made]),
  });
  await cleanUp.make({
    what: mount,
    make: async () => {
      await runCommand('mkfs.ext4', ['-q', '-E', 'nodiscard,lazy_itable_init=1', device]);
      await runCommand('mount', ['-o', 'noinit_itable', device, mount]);
    },
    undo: () => unmount(mount),
  });
  narrator.say(`it is ${device}, with ext4, mounted at ${mount}`);
  const agent = await cleanUp.make({
    what: 'the agent',
    make: async () => startHostAgent({ directory, port: collector.agentPort }),
    undo: (made) => made.stop(),
  });
  await narrator.during('the agent connects to the collector', () =>
    collector.untilConnected({ guest: hostname(), mounts: [mount], movement: agent.movement }),
  );
  const file = `${mount}/code.tar.gz`;
  const stopping = new AbortController();
  let writing: Promise<void> = Promise.resolve();
  // A file that is still written keeps its filesystem busy.
  cleanUp.add(file, async () => {
    stopping.abort();
    await writing.catch(() => {});
  });
  return {
    discard: 'unmap',
    image,
    guest: hostname(),
    mount,
    writeFile: () => {
      writing = writeRandom(file, stopping.signal);
      return writing;
    },
    removeFile: async () => {
      await rm(file);
      await runCommand('sync', ['-f', mount]);
    },
  };
}

async function writeRandom(path: string, signal: AbortSignal): Promise<void> {
  const chunk = new Uint8Array(2 * 1024 * 1024);
  await using file = await open(path, 'w');
  for (let written = 0; written < FILE_BYTES; written += chunk.length) {
    signal.throwIfAborted();
    await file.write(randomFillSync(chunk));
  }
  await file.sync();
}
