import { findGuestCauses, GUEST_CAUSES, HOPS } from '@trimtab/protocol/causes';
import { describe, expect, it } from 'vitest';
import { DEAF_LOOP, DEAF_VIRTIO, DISK_CASES, LIMITED_FOR_GOOD, SATA_DISABLED } from './disk-cases.ts';
import { FILESYSTEM_CASES } from './filesystem-cases.ts';
import { guestWith, REFUSES, TAKES } from './guest-with.ts';
import { cryptOfOldAgent, IGNORING_POOL, LAYER_CASES, LUKS_WITH_INTEGRITY } from './layer-cases.ts';
import {
  BESIDE_A_DEAF_DISK,
  CALLED_CRYPT,
  LUKS_IN_LUKS,
  LUKS_IN_MENDED_LUKS,
  LVM_ABOVE_DISABLED,
  LVM_ON_DISABLED,
  LVM_ON_LUKS,
  LVM_ON_MENDED_LUKS,
  NAMELESS_CRYPT,
  REFUSAL_CASES,
  TCRYPT,
} from './refusal-cases.ts';
import {
  FREE_CHUNKS,
  FREE_RANGE,
  groupCalled,
  HOSTILE_TEXTS,
  IDLE_DISK,
  OPEN_IN_SEVERAL,
  UNREACHED_CASES,
} from './unreached-cases.ts';

const CASES = { ...UNREACHED_CASES, ...LAYER_CASES, ...REFUSAL_CASES, ...DISK_CASES, ...FILESYSTEM_CASES };
const idsOf = (guest: Parameters<typeof findGuestCauses>[0]) => findGuestCauses(guest).map(({ cause }) => cause.id);
const onlyOne = (guest: Parameters<typeof findGuestCauses>[0]) => {
  const [found, ...others] = findGuestCauses(guest);
  if (found === undefined || others.length > 0) throw new Error(`${others.length + 1} findings`);
  return found;
};

it('every cause on the list is produced here, and every one here is on the list', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(GUEST_CAUSES.map(({ id }) => id).toSorted());
});

describe.each(Object.entries(CASES))('%s', (id, { guest, near, commands, evidence, ...place }) => {
  it('is found, with its evidence and its fix', () => {
    const found = findGuestCauses(guest).find(({ cause }) => cause.id === id);
    expect(found).toMatchObject(place);
    expect(found?.evidence.map(({ fact, value }) => `${fact} = ${value}`)).toEqual(evidence);
    expect(found?.fix?.commands ?? null).toEqual(commands);
  });

  it.each(Object.entries(near))('is not: %s', (_, other) => {
    expect(idsOf(other)).not.toContain(id);
  });
});

describe('one reason is one finding', () => {
  it.each(['dm-crypt-without-discards', 'md-parity-raid', 'dm-integrity'])('%s over a disk that is at fault', (id) => {
    const guest = CASES[id]?.guest;
    if (guest === undefined) throw new Error('no such case');
    const layers = guest.layers.map((layer) => (layer.kind === 'disk' ? { ...layer, discard: REFUSES } : layer));
    expect(new Set(idsOf({ ...guest, layers }))).toEqual(new Set(['disk-without-discard']));
  });

  it('and two reasons are two: a RAID that refuses does not hide the disk beside it', () => {
    const guest = guestWith({
      filesystems: [{ kind: 'btrfs', devices: ['md0', 'sdc'] }],
      layers: [
        { name: 'md0', kind: 'md', label: 'raid6', below: ['sda'], discard: REFUSES },
        { name: 'sda' },
        { name: 'sdc', discard: REFUSES },
      ],
    });
    expect(findGuestCauses(guest).map(({ cause, disks }) => [cause.id, disks])).toEqual([
      ['md-parity-raid', ['sda']],
      ['disk-without-discard', ['sdc']],
    ]);
  });

  it('and it is told of each filesystem that it stands in the way of', () => {
    const guest = guestWith({
      filesystems: [{ mount: '/a' }, { mount: '/b' }],
      layers: [{ name: 'sda', discard: REFUSES }],
    });
    expect(findGuestCauses(guest).map(({ mount }) => mount)).toEqual(['/a', '/b']);
  });
});

describe('the fix', () => {
  it('of LUKS with integrity is none: it cannot discard', () => {
    const { cause, fix } = onlyOne(LUKS_WITH_INTEGRITY);
    expect([cause.id, fix?.commands, fix?.note]).toEqual([
      'dm-integrity',
      [],
      expect.stringContaining('cannot discard'),
    ]);
  });

  it('of a pool that ignores discards needs it inactive', () => {
    const { cause, fix } = onlyOne(IGNORING_POOL);
    expect([cause.id, fix?.note]).toEqual(['guest-thin-pool-keeps-discards', expect.stringContaining('inactive')]);
  });

  it('of a SATA disk writes the mode of SATA', () => {
    expect(onlyOne(SATA_DISABLED).fix?.commands).toEqual([
      'echo writesame_16 > /sys/class/scsi_disk/2:0:1:0/provisioning_mode',
    ]);
  });

  it('of a limit of 0 is a reboot on kernels that take no other', () => {
    const { cause, fix } = onlyOne(LIMITED_FOR_GOOD);
    expect([cause.id, fix?.commands, fix?.note]).toEqual([
      'discard-limit-zero',
      [],
      expect.stringContaining('reboot the guest'),
    ]);
  });

  it('of a granularity is none where no disk has it: a thin pool’s chunks are as large as they were made', () => {
    const discard = { ...TAKES, granularityBytes: 256 * 1024 ** 2 };
    const onThin = { name: 'dm-0', kind: 'dm' as const, below: ['sda'], discard };
    const { cause, fix } = onlyOne(guestWith({ filesystems: [{ devices: ['dm-0'] }], layers: [onThin] }));
    expect([cause.id, fix]).toEqual(['granularity-above-block-group', null]);
    expect(onlyOne(guestWith({ layers: [{ name: 'sda', discard }] })).fix).toMatchObject({ on: 'host' });
  });

  it('of a disk goes by its driver', () => {
    expect(onlyOne(DEAF_VIRTIO).fix).toMatchObject({
      on: 'host',
      needsPowerCycle: true,
      note: expect.stringContaining('QEMU 4.0'),
    });
    // The guest alone does not see whether the bus is USB's, where the option has been set already and does not help.
    const provisioned = CASES['disk-without-discard']?.guest;
    if (provisioned === undefined) throw new Error('no such case');
    expect(onlyOne(provisioned).fix?.note).toMatch(/On USB no option of the device helps.*attach it to virtio-scsi/);
    expect(onlyOne(provisioned).fix?.note).not.toContain('other than 0');
    expect(onlyOne(DEAF_LOOP).fix).toMatchObject({ on: 'guest', note: expect.stringContaining('holds /srv/a.img') });
  });
});

describe('a dm-crypt device is known by its table', () => {
  const ALLOW =
    `dmsetup table --showkeys veracrypt1 | awk '$3 == "crypt" { $9 += 1; $0 = $0 " allow_discards" } { print }' ` +
    '| dmsetup reload veracrypt1 && dmsetup resume veracrypt1';

  it.each([NAMELESS_CRYPT, TCRYPT])('whoever made it', (guest) => {
    const { cause, fix, sentence } = onlyOne(guest);
    expect([cause.id, fix?.commands]).toEqual(['dm-crypt-without-discards', [ALLOW]]);
    expect(sentence).toContain('it was opened without allow_discards');
  });

  it('and not by a name', () => {
    expect(idsOf(CALLED_CRYPT)).toEqual(['layer-refuses-discards']);
  });

  it.each(['LUKS1', 'LUKS2', 'PLAIN', 'LOOPAES', 'TCRYPT', 'BITLK', 'FVAULT2'])(
    'or, of an older agent, by who made it: then nothing is said of how it was opened (%s)',
    (kind) => {
      const { cause, sentence } = onlyOne(cryptOfOldAgent(kind));
      expect(cause.id).toBe('dm-crypt-without-discards');
      expect(sentence).not.toContain('opened');
    },
  );
});

describe('what stands on a layer that is mended', () => {
  const RELOAD = 'dmsetup table v--g-root | dmsetup reload v--g-root && dmsetup resume v--g-root';
  const REFRESH = 'cryptsetup refresh --allow-discards --persistent';

  it.each([
    ['a volume on LUKS', LVM_ON_LUKS, 'dm-crypt-without-discards', [`${REFRESH} vault`, RELOAD]],
    ['LUKS in LUKS', LUKS_IN_LUKS, 'dm-crypt-without-discards', [`${REFRESH} vault`, `${REFRESH} inner`]],
    [
      'a volume on a disk whose discards were turned off',
      LVM_ON_DISABLED,
      'scsi-discard-disabled',
      ['echo unmap > /sys/class/scsi_disk/0:0:2:0/provisioning_mode', RELOAD],
    ],
  ])('takes its new limits by the same fix: %s', (_, guest, id, commands) => {
    const { cause, fix } = onlyOne(guest);
    expect([cause.id, fix?.commands]).toEqual([id, commands]);
  });

  it('is left alone where it takes discards', () => {
    expect(onlyOne(LVM_ABOVE_DISABLED).fix?.commands).toHaveLength(1);
  });

  it.each([
    ['a volume', LVM_ON_MENDED_LUKS, RELOAD],
    ['LUKS', LUKS_IN_MENDED_LUKS, `${REFRESH} inner`],
  ])('has a cause of its own where only the layer below was mended: %s', (_, guest, command) => {
    const { cause, fix, sentence } = onlyOne(guest);
    expect([cause.id, fix?.commands]).toEqual(['limits-from-before', [command]]);
    expect(sentence).not.toContain('opened without');
  });
});

it('a disk that takes no discards loses those of its neighbour in the same volume', () => {
  const { cause, disks, sentence } = onlyOne(BESIDE_A_DEAF_DISK);
  expect([cause.id, disks.toSorted()]).toEqual(['disk-without-discard', ['sda', 'sdb']]);
  expect(sentence).toMatch(/^sdb, a disk below/);
});

it('each says in words what it is, how it comes about, what proves it and what ends it', () => {
  for (const { id, hop, title, why, signal, cure } of GUEST_CAUSES) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(HOPS).toContain(hop);
    for (const text of [title, why, signal, cure]) expect(text).toMatch(/^[A-Za-z`/].*[.)]$/s);
    expect([title, why, signal, cure].join(' ')).not.toMatch(/\b(freed|saved)\b/);
  }
});

it('an inventory made to keep the host busy does not', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `d${index}`);
  const guest = guestWith({
    filesystems: names.map((name) => ({ mount: `/${name}`, devices: ['d0', name] })),
    // Each stands on a hundred others, in circles, and every second one refuses.
    layers: names.map((name, index) => ({
      name,
      below: Array.from({ length: 100 }, (_, step) => `d${(index + step * 7 + 1) % names.length}`),
      discard: index % 2 === 0 ? REFUSES : TAKES,
    })),
    swaps: names.map((device) => ({ device, sizeBytes: 2 ** 30, usedBytes: 0 })),
  });
  // Of the processor, so that a busy machine does not count.
  const before = process.threadCpuUsage();
  expect(findGuestCauses(guest).length).toBeLessThan(20_000);
  const { user, system } = process.threadCpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(3_000);
});

describe('what a trim does not reach', () => {
  it('is a range of a disk without a partition, and no command discards it by its place', () => {
    const { sentence, fix } = onlyOne(FREE_RANGE);
    expect(sentence).toMatch(/^144 MiB of \/dev\/sda lie in no partition: .* up to 144 MiB/);
    expect(fix).toMatchObject({ commands: [], note: expect.stringContaining('without --force') });
    expect(fix?.note).not.toMatch(/--offset|67108864/);
  });

  it('gets no command for a group that LVM would not call so', () => {
    for (const group of ['--config=x', '..', 'a/b', 'a b'])
      expect(onlyOne(groupCalled(group)).fix?.commands).toEqual([]);
  });

  it('is trimmed elsewhere by no program of a container', () => {
    const commands = Object.values(UNREACHED_CASES).flatMap(({ guest }) =>
      findGuestCauses(guest).flatMap(({ fix }) => fix?.commands ?? []),
    );
    expect(commands).not.toEqual([]);
    expect(commands.join('\n')).not.toMatch(/nsenter|chroot|\/proc\/\d+\/root/);
  });

  it('is a part of a thin pool, for which there is no command afterwards', () => {
    const { sentence, fix } = onlyOne(FREE_CHUNKS);
    expect(sentence).toMatch(/^99\.0 MiB of the thin pool \/dev\/mapper\/vg-pool belong to none of its volumes/);
    expect(fix).toMatchObject({ commands: [], note: expect.stringContaining('blkdiscard, then lvremove') });
  });

  it('never gets a command that destroys something, where it is not known what is there', () => {
    expect(onlyOne(IDLE_DISK).fix).toMatchObject({ commands: [], note: expect.stringContaining('blkid -p /dev/sdb') });
  });

  it('says at least, where not every process could be looked at, and takes no line of a process for its own', () => {
    const { sentence, evidence } = onlyOne(OPEN_IN_SEVERAL);
    expect(sentence).toContain('at least 80.0 MiB of deleted files that are still open, by sleep (pid 123) and others');
    expect(evidence.map(({ fact }) => fact).join('|')).not.toMatch(/\p{Cc}/u);
  });

  it.each(HOSTILE_TEXTS)('takes no text of the guest for a line of its own: %s', (_, guest) => {
    const findings = findGuestCauses(guest);
    expect(findings).not.toEqual([]);
    for (const { sentence, evidence, fix } of findings) {
      const texts = [sentence, ...evidence.flatMap(({ fact, value }) => [fact, value])];
      const steps = [fix?.first ?? '', fix?.note ?? '', ...(fix?.commands ?? [])];
      expect([...texts, ...steps].join('|')).not.toMatch(/(?! )[\p{C}\p{Z}]/u);
    }
  });
});
