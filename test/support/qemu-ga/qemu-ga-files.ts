import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findLibraries } from '../guest/binaries.ts';
import { cachedProduct } from '../guest/cache.ts';
import { askApt, type DebianPackage, unpackPackage, withPackage } from '../guest/debian-package.ts';
import type { GuestOptions } from '../guest/guest-options.ts';

type Files = NonNullable<GuestOptions['files']>;

/** What starts Debian's qemu-guest-agent in a guest for tests; its options follow. */
export const START_QEMU_GA = 'sh /usr/lib/trimtab-test/start-qemu-ga';

/**
 * Debian's qemu-guest-agent and its udev, of which it asks the serials of disks, for `files` of a guest. Unpacked and
 * never installed: on a machine that is a guest itself, installing would start it.
 */
export async function qemuGaFiles(): Promise<Files> {
  const [agent, udev] = [await unpacked('qemu-guest-agent'), await unpacked('udev')];
  const programs = {
    '/usr/sbin/qemu-ga': join(agent, 'usr/sbin/qemu-ga'),
    '/usr/bin/udevadm': join(udev, 'bin/udevadm'),
    // One program with two names (a link in its package).
    '/usr/lib/systemd/systemd-udevd': join(udev, 'bin/udevadm'),
    '/usr/lib/udev/ata_id': join(udev, 'lib/udev/ata_id'),
    '/usr/lib/udev/scsi_id': join(udev, 'lib/udev/scsi_id'),
  };
  const rules = join(udev, 'lib/udev/rules.d');
  const libraries = await findLibraries(Object.values(programs));
  const paths: [string, string][] = [
    ...Object.entries(programs),
    ...(await readdir(rules)).map((name): [string, string] => [`/usr/lib/udev/rules.d/${name}`, join(rules, name)]),
    ...libraries.map((path): [string, string] => [path, path]),
    ['/usr/lib/trimtab-test/start-qemu-ga', join(import.meta.dirname, 'start-qemu-ga.sh')],
  ];
  return Object.fromEntries(paths.map(([target, hostPath]) => [target, { hostPath }]));
}

function unpacked(name: string): Promise<string> {
  const say = (line: string) => console.error(line);
  return withPackage({
    find: () => askApt({ name, read: (description) => readVersion({ name, description }), say }),
    work: (found) =>
      cachedProduct({
        name: `unpacked-${name}`,
        inputs: found,
        build: (target) => unpackPackage({ ...found, target }),
      }),
    say,
  });
}

function readVersion({ name, description }: { name: string; description: string }): DebianPackage | null {
  const version = /^Version: (\S+)$/m.exec(description)?.[1];
  return version === undefined ? null : { name, version };
}
