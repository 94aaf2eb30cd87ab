import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Filesystem, type GuestIdentity, type Inventory, inventorySchema, type Layer } from '@trimtab/protocol';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { ensurePackages } from '../support/machine/packages.ts';
import { AGENT_FILES, GUEST_AGENT } from '../support/programs/guest-agent.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

const MIB = 1024 ** 2;
const NAME = 'probe-guest';

/** The sparse images of the guest, in the order in which it sees them: sda to sdd. */
const DISKS = [
  { id: 'plain', serial: 'plain-disk' },
  { id: 'deaf', deviceOptions: 'discard_granularity=0' },
  { id: 'lvm' },
  { id: 'luks' },
] as const;

let directory: string;
let guest: Guest;
let probed: { identity: GuestIdentity; inventory: Inventory };

beforeAll(async () => {
  const say = (line: string) => console.error(line);
  await ensurePackages({
    packages: [
      { name: 'lvm2', command: 'lvm' },
      { name: 'cryptsetup-bin', command: 'cryptsetup' },
    ],
    say,
  });
  await prepareGuest({ say });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-probed-'));
  for (const { id } of DISKS) await runCommand('truncate', ['-s', '1G', join(directory, id)]);
  guest = await startGuest({
    name: NAME,
    directory: join(directory, 'guest'),
    disks: DISKS.map((disk) => ({
      ...disk,
      path: join(directory, disk.id),
      format: 'raw',
      bus: 'virtio-scsi',
      discard: 'unmap',
    })),
    files: AGENT_FILES,
  });
  await guest.mustRun(SET_UP);
  probed = JSON.parse(await guest.mustRun(`${GUEST_AGENT} probe --json`));
});

afterAll(async () => {
  await guest?.stop();
  await rm(directory, { recursive: true, force: true });
});

const SET_UP = [
  'mkdir -p /mnt/plain /mnt/deaf /mnt/lvm /mnt/luks',
  'mkfs.ext4 -q /dev/sda && mount /dev/sda /mnt/plain',
  'mkfs.xfs -q /dev/sdb && mount /dev/sdb /mnt/deaf',
  'pvcreate -q /dev/sdc >&2 && vgcreate -q vg /dev/sdc >&2 && lvcreate -q -y -n data -L 512M vg >&2',
  'mkfs.ext4 -q /dev/vg/data && mount /dev/vg/data /mnt/lvm',
  // The key is stretched as little as may be: an emulated processor would take minutes.
  'echo secret | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 /dev/sdd -',
  'echo secret | cryptsetup open --key-file - /dev/sdd safe',
  'mkfs.ext4 -q /dev/mapper/safe && mount /dev/mapper/safe /mnt/luks',
].join(' && ');

describe('probe --json in a guest', () => {
  it('is what the collector would get', () => {
    expect(v.is(inventorySchema, probed.inventory)).toBe(true);
    expect(probed.identity).toMatchObject({ hostname: NAME, productUuid: guest.uuid });
  });

  it('shows a disk with what it takes, and by what the host knows it', () => {
    const { filesystem, chain } = below('/mnt/plain');
    expect(filesystem).toMatchObject({ kind: 'ext4', obstacle: null });
    expect(chain.map(({ name, kind }) => [name, kind])).toEqual([['sda', 'disk']]);
    // QEMU's scsi-hd on virtio-scsi, and so in every guest: 4 KiB to 1 GiB.
    expect(chain[0]?.discard).toMatchObject({ granularityBytes: 4096, maxBytes: 1024 * MIB });
    const disk = probed.inventory.disks.find(({ name }) => name === 'sda');
    expect(disk).toMatchObject({ serial: 'plain-disk', driver: 'sd', sizeBytes: 1024 * MIB });
  });

  it('names the disk that takes no discards, and the file that says so', async () => {
    const { filesystem, chain } = below('/mnt/deaf');
    expect(chain.map(({ name }) => name)).toEqual(['sdb']);
    expect(chain[0]?.discard).toMatchObject({ maxBytes: 0 });
    const [, attribute = ''] = /(\/sys\/class\/block\/sdb\/queue\/\S+) is 0\./.exec(sentenceOf(filesystem)) ?? [];
    expect((await guest.mustRun(`cat ${attribute}`)).trim()).toBe('0');
    expect(filesystem.obstacle?.code).toBe('no-discard');
    expect(filesystem.obstacle?.hint).toContain('discard');
    expect((await guest.run('/sbin/fstrim -v /mnt/deaf')).stderr).toContain('not supported');
  });

  it('shows LVM as a layer, and that it passes discards on', () => {
    const { filesystem, chain } = below('/mnt/lvm');
    expect(filesystem.obstacle).toBeNull();
    expect(chain.map(({ name }) => name)).toEqual([expect.stringMatching(/^dm-\d+$/), 'sdc']);
    expect(chain[0]).toMatchObject({ label: '/dev/mapper/vg-data' });
    expect(chain[0]?.discard.maxBytes).toBeGreaterThan(0);
  });

  it('says that LUKS was opened without discards, though its disk would take them', async () => {
    const { filesystem, chain } = below('/mnt/luks');
    expect(chain.map(({ name }) => name)).toEqual([expect.stringMatching(/^dm-\d+$/), 'sdd']);
    expect(chain.map(({ discard }) => (discard.maxBytes ?? 0) > 0)).toEqual([false, true]);
    expect(filesystem.obstacle?.code).toBe('no-discard');
    expect(sentenceOf(filesystem)).toContain('safe');
    expect(filesystem.obstacle?.hint).toMatch(/discard/);
    expect((await guest.run('/sbin/fstrim -v /mnt/luks')).stderr).toContain('not supported');
  });
});

describe('probe on a terminal of 80 columns', () => {
  let page: string;

  beforeAll(async () => {
    // The guest's only terminal is its serial console; what is written there is a file of this host.
    const from = guest.console().length;
    await guest.mustRun(
      `stty -F /dev/ttyS0 cols 80 && ${GUEST_AGENT} probe >/dev/ttyS0 && echo END-OF-PAGE >/dev/ttyS0`,
    );
    await waitWhileMoving({
      what: 'the page is on the console',
      movement: guest.movement,
      find: () => guest.console().includes('END-OF-PAGE', from) || null,
    });
    page = guest.console().slice(from).replaceAll('\r', '').split('END-OF-PAGE')[0] ?? '';
  });

  it('stays within them', () => {
    expect(page.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it.each([
    [
      '/mnt/plain',
      /ext4 on \/dev\/sda, [\s\S]*sda {2}disk, 1\.0 GiB, discards 4\.0 KiB to 1\.0 GiB[\s\S]*serial plain-disk[\s\S]*can be trimmed/,
    ],
    ['/mnt/deaf', /sdb {2}disk, .*no discards[\s\S]*cannot be trimmed: sdb .*accepts no discards[\s\S]*remedy: /],
    ['/mnt/lvm', /dm-\d+ {2}.*vg-data[\s\S]*\n {4}sdc {2}disk[\s\S]*can be trimmed/],
    ['/mnt/luks', /dm-\d+ {2}.*safe.*no discards[\s\S]*\n {4}sdd {2}disk[\s\S]*cannot be trimmed[\s\S]*remedy: /],
  ])('tells of %s', (mount, expected) => {
    const block = page.split('\n\n').find((text) => text.startsWith(`${mount} `));
    expect(block).toMatch(expected);
  });
});

/** A filesystem, and the layers below it from the top down. */
function below(mount: string): { filesystem: Filesystem; chain: readonly Layer[] } {
  const { filesystems, layers } = probed.inventory;
  const filesystem = filesystems.find((each) => each.mount === mount);
  if (filesystem === undefined) throw new Error(`the probe has no ${mount}: ${JSON.stringify(filesystems)}`);
  const chain: Layer[] = [];
  for (let names = filesystem.devices; names[0] !== undefined; names = chain.at(-1)?.below ?? []) {
    const layer = layers.find(({ name }) => name === names[0]);
    if (layer === undefined) throw new Error(`the probe has no layer ${names[0]}`);
    chain.push(layer);
  }
  return { filesystem, chain };
}

function sentenceOf({ obstacle }: Filesystem): string {
  return obstacle?.sentence ?? '';
}
