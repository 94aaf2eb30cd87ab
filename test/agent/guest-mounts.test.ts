import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLoopDisk, type LoopDisk } from '../support/machine/loop-disk.ts';
import { AGENT_BUNDLE } from '../support/programs/own-programs.ts';

const MIB = 1024 ** 2;

let folder: string;
let state: string;
let disk: LoopDisk;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-view-'));
  state = join(folder, 'state');
  await mkdir(state);
  disk = await createLoopDisk({ directory: folder, name: 'disk', bytes: 64 * MIB });
});

afterAll(async () => {
  await disk[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** As a unit of systemd sees the machine (ProtectSystem=, StateDirectory=): all read-only, and a folder bound over itself. */
const UNIT =
  'mount --make-rprivate /; mount --bind "$1" "$1"; mount -o remount,bind,ro /; mount -o remount,bind,ro "$2"; shift 2; exec "$@"';

/** A guest of its own for these: its first process is a shell, since that of this machine may not be looked into. */
const GUEST = ['unshare', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', '"$@"; exit $?', 'sh'];

/** Somebody has given it a view without the disk. */
const HIDDEN = 'mount --make-rprivate /; umount "$2"; shift 2; exec "$@"';

function agent({
  isUnit,
  isHidden = false,
  args,
}: {
  readonly isUnit: boolean;
  readonly isHidden?: boolean;
  readonly args: readonly string[];
}) {
  const program = [process.execPath, AGENT_BUNDLE, ...args];
  const script = isHidden ? HIDDEN : isUnit ? UNIT : null;
  const unit = script === null ? [] : ['unshare', '--mount', 'sh', '-ec', script, 'sh', state, disk.mount];
  const [command = '', ...rest] = [...GUEST, ...unit, ...program];
  const env = isUnit ? { PATH: process.env.PATH, INVOCATION_ID: 'of-a-unit' } : { PATH: process.env.PATH };
  return spawnSync(command, rest, { encoding: 'utf8', env });
}

/** The mounts, and what stands in their way; not what changes from one moment to the next. */
function filesystems(run: ReturnType<typeof agent>): unknown {
  expect(run.stderr).toBe('');
  const { inventory } = JSON.parse(run.stdout) as { inventory: { filesystems: readonly Record<string, unknown>[] } };
  return inventory.filesystems.map(({ mount, alsoMountedAt, kind, obstacle, disks }) => ({
    mount,
    alsoMountedAt,
    kind,
    obstacle,
    disks,
  }));
}

it('under a unit with mounts of its own, probe says the same as by hand', () => {
  const byHand = filesystems(agent({ isUnit: false, args: ['probe', '--json'] }));
  expect(byHand).toContainEqual(expect.objectContaining({ mount: disk.mount }));
  expect(filesystems(agent({ isUnit: true, args: ['probe', '--json'] }))).toEqual(byHand);
});

it('what is read-only there is trimmed all the same', () => {
  const { status, stdout, stderr } = agent({ isUnit: true, args: ['trim', '--json', disk.mount] });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    filesystems: [{ mount: disk.mount, outcome: { status: 'done', trimmedBytes: expect.any(Number) } }],
  });
});

it('a filesystem that such a unit does not see is not taken for what lies there', () => {
  const unit = { isUnit: true, isHidden: true };
  const { status, stderr } = agent({ ...unit, args: ['trim', disk.mount] });
  expect(status).not.toBe(0);
  expect(stderr).toContain('no filesystem of this guest is mounted there');
});

it('where no unit has started it, its mounts are those that it sees', () => {
  const { status, stderr } = agent({ isUnit: false, isHidden: true, args: ['trim', disk.mount] });
  expect(status).not.toBe(0);
  expect(stderr).toContain('no filesystem of this guest is mounted there');
});
