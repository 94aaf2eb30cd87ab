import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuestRow, GuestsView } from '../../collector/src/model/status.ts';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import { allocationOf } from '../support/allocation.ts';
import type { LibvirtScene } from './libvirt-scene.ts';
import { BARE, EMPTY, STORY, startStory } from './qga-libvirt-scene.ts';

// The article's story on a real libvirtd, in a real guest that has Debian's qemu-guest-agent and nothing of ours. As
// root; builds on the built programs.
const MIB = 1024 ** 2;
const FILE_MIB = 200;

let scene: LibvirtScene;
let before: GuestsView;
let doctor: string;
let status: string;
let notesBefore: string;
let notesAfter: string;
let result: TrimResult;
let fellBytes: number;

beforeAll(async () => {
  scene = await startStory();
  const { collector, at, mustRun, libvirt } = scene;
  await mustRun(
    [
      'mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda && mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/vda',
      'mkdir -p /mnt/data /mnt/lost && mount -o noinit_itable /dev/sda /mnt/data && mount -o noinit_itable /dev/vda /mnt/lost',
      `for mount in /mnt/data /mnt/lost; do fill $mount/file ${FILE_MIB * MIB}; done`,
      'sync && rm /mnt/data/file /mnt/lost/file && sync',
    ].join(' && '),
  );
  before = await collector.guests();
  status = (await collector.trimtab('status', '--now')).stdout;
  doctor = (await collector.trimtab('doctor', STORY.name)).stdout;
  notesBefore = await readNotes(libvirt);
  const allocatedBytes = await allocationOf(at('story-scsi'));
  result = await collector.trim(STORY.name);
  fellBytes = allocatedBytes - (await allocationOf(at('story-scsi')));
  notesAfter = await readNotes(libvirt);
});

afterAll(() => scene?.[Symbol.asyncDispose]());

describe('who is inside', () => {
  it('is told of each guest, with the reason where nobody is', () => {
    expect(insideOf(STORY.name)).toMatchObject({ kind: 'qemu-ga', version: null, allows: { fsinfo: true } });
    expect(insideOf(BARE.name)).toMatchObject({ kind: 'none', why: expect.stringContaining('no channel') });
    expect(insideOf(EMPTY.name)).toMatchObject({ kind: 'none', why: expect.stringContaining('paused') });
  });

  it('is told in status and doctor', () => {
    expect(status).toContain('qemu-ga');
    expect(doctor).toContain('qemu-ga');
  });
});

describe('what doctor finds without our agent', () => {
  it('is the disk that ignores discards, with what the host holds and what the guest uses', async () => {
    const text = doctor.replaceAll(/\s+/g, ' ');
    expect(text).toContain('host-ignores-discard');
    expect(text).toContain(scene.at('story-blk'));
  });

  it('is no cause of the guest, which nobody has seen', () => {
    expect(doctor).not.toMatch(/not-mounted|device-without-discard|discards-later|never-trimmed/);
  });
});

describe('a trim through libvirt', () => {
  it('has given back on the disk that passes discards what st_blocks lost', () => {
    const disk = diskOf('story-scsi');
    expect(disk).toMatchObject({ verdict: 'reclaimed', lostAt: null, cause: null });
    expect(disk.hops.reclaimedBytes).toBe(fellBytes);
    expect(fellBytes).toBeGreaterThan((FILE_MIB - 10) * MIB);
  });

  it('has lost all of it on the disk that ignores them, and says why', () => {
    const disk = diskOf('story-blk');
    expect(disk).toMatchObject({ verdict: 'lost', lostAt: 'passed', cause: 'host-ignores-discard' });
    expect(disk.fix).toContain('virt-xml');
  });

  it('tells no bytes that nobody told: libvirt drops what the guest says', () => {
    for (const { hops } of result.disks) expect(hops).toMatchObject({ trimmedBytes: null, issuedBytes: null });
  });

  it('matched each disk by libvirt’s own name for it', () => {
    expect(result.disks.map(({ matchedBy }) => matchedBy)).toEqual(result.disks.map(() => 'libvirt-target'));
  });

  it('has left no mark on the domain that was not there before', () => {
    // A libvirtd that runs as root notes that (`running with undesirable elevated privileges`).
    expect(notesBefore).not.toContain('custom');
    expect(notesAfter).toBe(notesBefore);
  });

  it('is in the history once, and says who trimmed', async () => {
    const history = await scene.collector.history();
    expect(history).toEqual([result]);
    expect(result.inside).toBe('qemu-ga');
    const { stdout } = await scene.collector.trimtab('history', result.id);
    expect(stdout).toContain('qemu-ga');
  });
});

describe('a trim that may taint the domain', () => {
  it('is told with bytes for each mount, and libvirt notes it', async () => {
    const { stdout } = await scene.collector.trimtab('trim', STORY.name, '--even-if-tainted', '--json');
    const { filesystems } = JSON.parse(stdout) as TrimResult;
    const outcomes = filesystems.map(({ mount, outcome }) => [mount, outcome]);
    expect(outcomes).toEqual(
      expect.arrayContaining([
        ['/mnt/data', { status: 'done', trimmedBytes: expect.any(Number) }],
        ['/mnt/lost', { status: 'done', trimmedBytes: expect.any(Number) }],
      ]),
    );
    expect(await readNotes(scene.libvirt)).toContain('custom guest agent control commands issued');
  });
});

describe('a guest in which nobody is', () => {
  it.each([
    [BARE.name, 'no-agent', /no channel/, /org\.qemu\.guest_agent\.0/],
    [EMPTY.name, 'guest-agent-off', /paused/, /virsh .*domstate/],
  ])('%s is refused, with the reason and what to do', async (name, code, why, remedy) => {
    const { exitCode, stdout } = await scene.collector.trimtab('trim', name, '--json');
    expect({ exitCode, error: JSON.parse(stdout).error }).toMatchObject({
      exitCode: 1,
      error: { code, cause: expect.stringMatching(why), hint: expect.stringMatching(remedy) },
    });
  });
});

function insideOf(name: string): unknown {
  return before.guests.find((guest): guest is GuestRow => guest.name === name)?.inside;
}

function diskOf(image: string) {
  const found = result.disks.find((disk) => disk.image === scene.at(image));
  if (found === undefined) throw new Error(`the trim has no disk ${image}: ${JSON.stringify(result.disks)}`);
  return found;
}

/** All but what a guest that runs has otherwise at each look. */
async function readNotes(libvirt: LibvirtScene['libvirt']): Promise<string> {
  const lines = (await libvirt.virsh('dominfo', STORY.name)).split('\n');
  return lines.filter((line) => !line.startsWith('CPU time:')).join('\n');
}
