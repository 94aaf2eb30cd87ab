import { LIST_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { isDeviceName, nameOfSource } from './device-names.ts';

const BTRFS_FOLDER = '/sys/fs/btrfs';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * All devices of a mounted btrfs. Its superblock has an anonymous device number and its mount names one device of
 * several; /sys/fs/btrfs/<UUID>/devices lists them all (Documentation/ABI/testing/sysfs-fs-btrfs).
 */
export async function findBtrfsDevices({
  files,
  source,
}: {
  readonly files: KernelFiles;
  readonly source: string;
}): Promise<readonly string[]> {
  const named = await nameOfSource({ files, source });
  const mounted = await listMounted({ files });
  const own =
    named === null
      ? await chooseWithoutName({ files, source, mounted })
      : mounted.find((one) => one.devices.includes(named));
  return own?.devices ?? (named === null ? [] : [named]);
}

interface MountedBtrfs {
  readonly uuid: string;
  readonly devices: readonly string[];
}

async function listMounted({ files }: { readonly files: KernelFiles }): Promise<readonly MountedBtrfs[]> {
  const uuids = (await files.list(BTRFS_FOLDER)).filter((name) => UUID.test(name));
  return Promise.all(
    uuids.map(async (uuid) => {
      const devices = (await files.list(`${BTRFS_FOLDER}/${uuid}/devices`)).filter(isDeviceName);
      return { uuid, devices: devices.slice(0, LIST_LIMIT) };
    }),
  );
}

/** For `/dev/root`: the filesystem that the boot loader named by UUID, or the only one there is. */
async function chooseWithoutName({
  files,
  source,
  mounted,
}: {
  readonly files: KernelFiles;
  readonly source: string;
  readonly mounted: readonly MountedBtrfs[];
}): Promise<MountedBtrfs | undefined> {
  const commandLine = source === '/dev/root' ? ((await files.readText('/proc/cmdline')) ?? '') : '';
  const uuid = /(?:^|\s)root=UUID=([0-9a-f-]+)/i.exec(commandLine)?.[1]?.toLowerCase();
  return mounted.find((one) => one.uuid === uuid) ?? (mounted.length === 1 ? mounted[0] : undefined);
}
