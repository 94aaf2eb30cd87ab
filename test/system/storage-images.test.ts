import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCommands } from '../../collector/src/io/commands.ts';
import { createHostFiles } from '../../collector/src/io/host-files.ts';
import type { HostDisk } from '../../collector/src/model/domain.ts';
import { type ImagePlace, imageContract, MOVED_BYTES } from '../contract/image.ts';
import { toHostDisk } from '../support/host-disk.ts';

// Real images on this machine: needs root (a loop device) and qemu-utils. LVM's are captured (test/collector/image) and
// real in thin-pool.test.ts, since this kernel has no device-mapper.

const SIZE = 64 * 1024 * 1024;

/** Not /tmp, which may be memory. */
const BASE = '/var/tmp';

interface Made {
  readonly disk: HostDisk;
  readonly kind: ImagePlace['expected']['kind'];
  readonly mayOpen?: readonly string[];
  write(): void;
  discard(): void;
  remove?(): void;
}

type Run = (file: string, ...args: string[]) => string;

function createReal(make: (tools: { at: (name: string) => string; run: Run }) => Made) {
  return async (): Promise<ImagePlace> => {
    const folder = mkdtempSync(join(BASE, 'trimtab-image-'));
    const run: Run = (file, ...args) => execFileSync(file, args, { cwd: folder, encoding: 'utf8' }).trim();
    const {
      disk,
      kind,
      mayOpen = [],
      write,
      discard,
      remove = () => {},
    } = make({ at: (name) => join(folder, name), run });
    return {
      files: createHostFiles(),
      commands: createCommands(),
      disk,
      mayOpen,
      expected: { kind, format: disk.format ?? 'raw', capacityBytes: SIZE, isMeasured: kind === 'file' },
      write: async () => write(),
      discard: async () => discard(),
      async remove() {
        remove();
        rmSync(folder, { recursive: true });
      },
    };
  };
}

const io =
  ({ run, format, path }: { run: Run; format: string; path: string }) =>
  (command: string) =>
    run('qemu-io', '-f', format, '-d', 'unmap', '-t', 'writeback', '-c', command, '-c', 'flush', path);
const BYTES = `${MOVED_BYTES / 1024}k`;

function makeImage({
  format,
  name,
  run,
  path,
  mayOpen = [],
}: {
  format: 'raw' | 'qcow2';
  name: string;
  run: Run;
  path: string;
  mayOpen?: readonly string[];
}): Made {
  const use = io({ run, format, path });
  return {
    disk: toHostDisk(path, { format, id: name }),
    kind: 'file',
    mayOpen,
    write: () => use(`write -P 7 2M ${BYTES}`),
    discard: () => use(`discard 2M ${BYTES}`),
  };
}

imageContract(
  'raw file',
  createReal(({ at, run }) => {
    run('qemu-img', 'create', '-q', '-f', 'raw', at('a.raw'), `${SIZE}`);
    return makeImage({ format: 'raw', name: 'raw', run, path: at('a.raw') });
  }),
);

for (const options of [
  'compat=1.1',
  'compat=0.10',
  'compat=1.1,cluster_size=2M',
  'compat=1.1,extended_l2=on,cluster_size=128k',
])
  imageContract(
    `qcow2 file, ${options}`,
    createReal(({ at, run }) => {
      run('qemu-img', 'create', '-q', '-f', 'qcow2', '-o', options, at('a.qcow2'), `${SIZE}`);
      return makeImage({ format: 'qcow2', name: 'qcow2', run, path: at('a.qcow2') });
    }),
  );

imageContract(
  'qcow2 chain of three',
  createReal(({ at, run }) => {
    run('qemu-img', 'create', '-q', '-f', 'raw', at('base.raw'), `${SIZE}`);
    const overlay = ({ name, below, format }: { name: string; below: string; format: string }) =>
      run('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', below, '-F', format, at(name));
    overlay({ name: 'middle.qcow2', below: 'base.raw', format: 'raw' });
    overlay({ name: 'top.qcow2', below: at('middle.qcow2'), format: 'qcow2' });
    return makeImage({ format: 'qcow2', name: 'chain', run, path: at('top.qcow2'), mayOpen: [at('middle.qcow2')] });
  }),
);

imageContract(
  'block device',
  createReal(({ at, run }) => {
    run('truncate', '-s', `${SIZE}`, at('disk.img'));
    const device = run('losetup', '--find', '--show', at('disk.img'));
    const use = io({ run, format: 'raw', path: device });
    return {
      disk: toHostDisk(device, { format: 'raw', storage: 'block' }),
      kind: 'block-device',
      write: () => use(`write -P 7 2M ${BYTES}`),
      discard: () => use(`discard 2M ${BYTES}`),
      remove: () => run('losetup', '--detach', device),
    };
  }),
);
