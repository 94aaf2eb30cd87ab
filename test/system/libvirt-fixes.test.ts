import { truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocationOf } from '../support/allocation.ts';
import { runCommand } from '../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';
import { type LibvirtScene, startLibvirtScene } from './libvirt-scene.ts';

// The fixes that are printed for a guest of libvirt, carried out as they are printed: on a real libvirtd, while the
// guest runs on.

const GUEST = 'fixes';
const MIB = 1024 ** 2;
const CAPACITY_BYTES = 2 * 1024 ** 3;

let scene: LibvirtScene;
/** The scene's own at first. */
let collector: CollectorUnderTest;

beforeAll(async () => {
  scene = await startLibvirtScene({
    booted: { name: GUEST, uuid: 'a5000000-0000-4000-8000-0000000000f1' },
    paused: [],
    async create({ at, boot }) {
      await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', at('kept'), `${CAPACITY_BYTES}`]);
      await writeFile(at('plugged'), '');
      await truncate(at('plugged'), CAPACITY_BYTES);
      return [
        {
          name: GUEST,
          uuid: 'a5000000-0000-4000-8000-0000000000f1',
          machine: 'pc',
          boot: { ...boot, consoleLog: at('console.log'), shell: at('shell') },
          disks: [{ path: at('kept'), format: 'qcow2', bus: 'scsi', driver: " discard='unmap'" }],
        },
      ];
    },
  });
  collector = scene.collector;
});

afterAll(async () => {
  await collector?.program.stop();
  await scene?.[Symbol.asyncDispose]();
});

describe('a collector that never asks QEMU through libvirt', () => {
  it('leaves no mark on the domain, and judges by what the image gave back', async () => {
    await restartCollector('--without-qemu-counters');
    await fill({ device: await deviceOf('kept'), mount: '/mnt/kept' });
    await scene.mustRun('rm /mnt/kept/data && sync');
    const trim = await collector.trim(GUEST, '/mnt/kept');
    expect(trim).toMatchObject({ libvirtNoted: null });
    const [disk] = trim.disks;
    expect(disk).toMatchObject({ verdict: 'reclaimed', hops: { receivedBytes: null, passedBytes: null } });
    expect(disk?.hops.reclaimedBytes).toBeGreaterThan(190 * MIB);
    expect(await scene.libvirt.virsh('dominfo', GUEST)).not.toContain('custom monitor control commands issued');
    await scene.mustRun('umount /mnt/kept');
    await restartCollector();
  });
});

describe('an internal snapshot', () => {
  it('holds what the guest deleted, and the first trim of this boot says that libvirt noted the question', async () => {
    await fill({ device: await deviceOf('kept'), mount: '/mnt/kept' });
    await scene.libvirt.virsh('snapshot-create-as', GUEST, 'before');
    await scene.mustRun('rm /mnt/kept/data && sync');
    const first = await collector.trimtab('trim', GUEST, '/mnt/kept');
    expect(first.stdout).toContain('internal-snapshot');
    expect(first.stderr).toContain(`libvirt now notes on ${GUEST}`);
    expect(await scene.libvirt.virsh('dominfo', GUEST)).toContain('custom monitor control commands issued');
  });

  it('is deleted by libvirt while the guest runs, and libvirt lists it no more', async () => {
    const [trim] = await collector.history();
    expect(trim).toMatchObject({ libvirtNoted: 'now' });
    const remedy = trim?.disks[0]?.remedy;
    expect(remedy).toMatchObject({ needsPowerCycle: false });
    const before = await allocationOf(scene.at('kept'));
    await carryOut(remedy?.commands ?? []);
    expect(await scene.libvirt.virsh('snapshot-list', GUEST, '--name')).not.toContain('before');
    expect(await scene.libvirt.virsh('domstate', GUEST)).toContain('running');
    const second = await collector.trimtab('trim', GUEST, '/mnt/kept');
    expect(second.exitCode).toBe(0);
    expect(second.stderr).not.toContain('libvirt now notes');
    expect((await collector.history())[0]).toMatchObject({ libvirtNoted: 'before' });
    expect(before - (await allocationOf(scene.at('kept')))).toBeGreaterThan(190 * MIB);
  });
});

describe('a disk that was plugged into the running guest', () => {
  it('is taken out and put in again with discard=unmap, and gives space back', async () => {
    const { libvirt, movement } = scene;
    await libvirt.virsh('attach-disk', GUEST, scene.at('plugged'), 'sdb', '--targetbus', 'scsi', '--live');
    await collector.untilConnected({ guest: GUEST, movement });
    await scene.mustRun('until grep -q "sd[b-z]$" /proc/partitions; do sleep 0.1; done');
    await fill({ device: await deviceOf('plugged'), mount: '/mnt/plugged' });
    await scene.mustRun('rm /mnt/plugged/data && sync');
    const [lost] = (await collector.trim(GUEST, '/mnt/plugged')).disks;
    expect(lost).toMatchObject({ verdict: 'lost', cause: 'host-ignores-discard', needsPowerCycle: false });
    expect(lost?.fix).not.toContain('trimtab repair');
    expect(lost?.fix).toContain('The guest’s persistent configuration does not have this disk.');

    await scene.mustRun('umount /mnt/plugged');
    await carryOut(lost?.remedy?.commands ?? []);
    await scene.mustRun(
      'until mount -L plugged /mnt/plugged 2>/dev/null; do sleep 0.2; done; dd if=/dev/urandom of=/mnt/plugged/data bs=1M count=200 2>/dev/null; sync; rm /mnt/plugged/data; sync',
    );
    await collector.untilConnected({ guest: GUEST, mounts: ['/mnt/plugged'], movement });
    const [disk] = (await collector.trim(GUEST, '/mnt/plugged')).disks;
    expect(disk).toMatchObject({ verdict: 'reclaimed', image: scene.at('plugged') });
    expect(await libvirt.virsh('dumpxml', '--inactive', GUEST)).not.toContain(scene.at('plugged'));
  });
});

async function restartCollector(...args: readonly string[]): Promise<void> {
  const { agentPort } = collector;
  await collector.program.stop();
  const all = ['--libvirt-uri', scene.libvirt.uri, ...args];
  collector = await startCollectorProgram({ directory: scene.at(''), port: agentPort, args: all });
  await collector.untilConnected({ guest: GUEST, movement: scene.movement });
}

/** As a person would who copies them into a root shell. */
async function carryOut(commands: readonly string[]): Promise<void> {
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) await runCommand('sh', ['-c', `cd ${scene.at('')} && ${command}`]);
}

/** A filesystem, labelled as its mount is called, with 200 MiB on the host. */
async function fill({ device, mount }: { device: string; mount: string }): Promise<void> {
  await scene.mustRun(
    `mkfs.ext4 -q -F -L ${mount.split('/').at(-1)} /dev/${device} && mkdir -p ${mount} && mount -o noinit_itable /dev/${device} ${mount}`,
  );
  await scene.mustRun(`dd if=/dev/urandom of=${mount}/data bs=1M count=200 2>/dev/null && sync`);
  await collector.untilConnected({ guest: GUEST, mounts: [mount], movement: scene.movement });
}

/** What the guest calls the disk of this image, once its agent has told of it. */
function deviceOf(image: string): Promise<string> {
  return waitWhileMoving({
    what: `the guest tells of ${image}`,
    movement: scene.movement,
    async find() {
      const { images } = await collector.status();
      return images.find(({ path }) => path === scene.at(image))?.device ?? null;
    },
  });
}
