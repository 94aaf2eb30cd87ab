import type { Domain, Finding, HostDisk } from '../model/domain.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { answered, type HostSource } from '../ports/host-source.ts';

/**
 * The loop devices of this host as disks of one guest that shares its kernel
 * (Documentation/ABI/testing/sysfs-block-loop: `loop/backing_file`). No domain where there is no loop device in use;
 * one whose file is gone is in use, and is no disk.
 */
export function createLoopSource({ files }: { files: HostFiles }): HostSource {
  return {
    source: 'loop-devices',
    async read() {
      const names = (await files.list('/sys/block')).filter((name) => /^loop\d+$/.test(name));
      const read = await Promise.all(names.map((name) => readLoop(files, name)));
      const disks = read.flatMap(({ disk }) => (disk === null ? [] : [disk]));
      const findings = read.flatMap(({ finding }) => (finding === null ? [] : [finding]));
      if (disks.length + findings.length === 0) return answered([], findings);
      const bootId = (await files.readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? null;
      return answered([toDomain(bootId, disks)], findings);
    },
  };
}

function toDomain(bootId: string | null, disks: readonly HostDisk[]): Domain {
  return {
    key: 'loop',
    name: 'this host',
    uuid: null,
    guestUuid: null,
    source: 'loop-devices',
    libvirtUri: null,
    seenBy: ['loop-devices'],
    isRunning: true,
    pid: null,
    monitors: [],
    bootId,
    disks,
  };
}

interface LoopRead {
  readonly disk: HostDisk | null;
  readonly finding: Finding | null;
}

async function readLoop(files: HostFiles, name: string): Promise<LoopRead> {
  const image = (await files.readText(`/sys/block/${name}/loop/backing_file`))?.replace(/\n$/, '') ?? '';
  if (image === '') return { disk: null, finding: null };
  const status = await files.status(image);
  if (status === null) return { disk: null, finding: toFinding({ name, image }) };
  const readOnly = (await files.readText(`/sys/block/${name}/ro`))?.trim() === '1';
  const storage = status.isBlockDevice ? 'block' : 'file';
  return {
    disk: { ...UNKNOWN, id: name, bus: 'loop', image, storage, format: 'raw', readOnly, kernelName: name },
    finding: null,
  };
}

const UNKNOWN = {
  serial: null,
  wwn: null,
  pciPath: null,
  scsiAddress: null,
  nodes: [],
  detectZeroes: null,
  discardGranularityBytes: null,
  withoutDiscard: null,
  discardNoUnref: false,
  setting: null,
  atNextStart: null,
  shareable: false,
} as const;

/** The kernel (d_path) adds the words to the path of a file whose name is gone. */
const DELETED = ' (deleted)';

function toFinding({ name, image }: { name: string; image: string }): Finding {
  const isDeleted = image.endsWith(DELETED);
  const path = isDeleted ? image.slice(0, -DELETED.length) : image;
  return {
    subject: `/dev/${name}`,
    sentence: isDeleted
      ? `Its backing file ${path} is deleted: the space comes back only when the device is detached.`
      : `Its backing file ${path} cannot be seen from here.`,
    hint: isDeleted ? `losetup --detach /dev/${name}` : `losetup --list /dev/${name}`,
  };
}
