import { truncate, writeFile } from 'node:fs/promises';
import { UNTIL_QEMU_GA_LISTENS } from '../lab/inside.ts';
import { runCommand } from '../support/machine/command.ts';
import { CHANNEL_XML } from '../support/qemu-ga/qemu-ga-channel.ts';
import { qemuGaFiles, START_QEMU_GA } from '../support/qemu-ga/qemu-ga-files.ts';
import { type LibvirtScene, startLibvirtScene } from './libvirt-scene.ts';

export const STORY = { name: 'story', uuid: 'a7000000-0000-4000-8000-000000000001' };
/** It has no channel for a qemu-ga. */
export const BARE = { name: 'bare', uuid: 'a7000000-0000-4000-8000-000000000002' };
/** It has the channel, and nothing has booted in it. */
export const EMPTY = { name: 'empty', uuid: 'a7000000-0000-4000-8000-000000000003' };

/** As in the article. */
const CAPACITY_BYTES = 30 * 1024 ** 3;

/** A libvirtd with the article's guest, which has Debian's qemu-guest-agent and nothing of ours, and two beside it. */
export async function startStory(): Promise<LibvirtScene> {
  return startLibvirtScene({
    booted: STORY,
    inside: {
      files: await qemuGaFiles(),
      onBoot: () => [START_QEMU_GA],
      untilThere: async ({ mustRun }) => {
        await mustRun(UNTIL_QEMU_GA_LISTENS);
      },
    },
    paused: [BARE.name, EMPTY.name],
    async create({ at, boot }) {
      for (const name of ['story-scsi', 'bare', 'empty']) {
        await writeFile(at(name), '');
        await truncate(at(name), CAPACITY_BYTES);
      }
      await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', at('story-blk'), `${CAPACITY_BYTES}`]);
      const unmap = " discard='unmap'";
      return [
        {
          ...STORY,
          machine: 'pc',
          boot: { ...boot, consoleLog: at('console.log'), shell: at('shell') },
          devices: CHANNEL_XML,
          disks: [
            { path: at('story-scsi'), format: 'raw', bus: 'scsi', driver: unmap },
            // As libvirt makes it where nobody says anything of discard.
            { path: at('story-blk'), format: 'qcow2', bus: 'virtio' },
          ],
        },
        { ...BARE, machine: 'q35', disks: [{ path: at('bare'), format: 'raw', bus: 'scsi', driver: unmap }] },
        {
          ...EMPTY,
          machine: 'q35',
          devices: CHANNEL_XML,
          disks: [{ path: at('empty'), format: 'raw', bus: 'scsi', driver: unmap }],
        },
      ];
    },
  });
}
