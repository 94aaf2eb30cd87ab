import { mkdir, rm } from 'node:fs/promises';
import { cachedProduct } from '../guest/cache.ts';
import { runCommand } from '../machine/command.ts';

/** Of a guest that a package is installed into: what Debian's scripts of maintainers call is there. */
const INCLUDED = ['adduser', 'systemd', 'udev', 'passwd'];

/** A small Debian in a folder, with /proc and /sys; `run` is a shell in it. */
export interface DebianRoot {
  readonly folder: string;
  /** What the script printed, both ways. Throws where it fails. */
  run(script: string): Promise<string>;
  remove(): Promise<void>;
}

export async function createDebianRoot({ folder }: { readonly folder: string }): Promise<DebianRoot> {
  const archive = await cachedProduct({
    name: 'debian-root',
    inputs: { suite: 'bookworm', INCLUDED },
    build: async (path) => {
      const include = `--include=${INCLUDED.join(',')}`;
      await runCommand('mmdebstrap', ['--quiet', '--variant=minbase', '--format=tar', include, 'bookworm', path]);
    },
  });
  await mkdir(folder, { recursive: true });
  await runCommand('tar', ['-xf', archive, '-C', folder]);
  return {
    folder,
    // A namespace of its own: what is mounted in it goes with it, however it ends.
    run: (script) =>
      runCommand('unshare', [
        '--mount',
        '--fork',
        'sh',
        '-ec',
        'mount --rbind /proc "$1/proc"; mount --rbind /sys "$1/sys"; exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$1" /bin/sh -ec "exec 2>&1; $2"',
        'sh',
        folder,
        script,
      ]),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
