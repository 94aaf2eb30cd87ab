import { truncate, writeFile } from 'node:fs/promises';
import { startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import type { CleanUp } from '../support/own-tools/clean-up.ts';
import type { Narrator } from '../support/own-tools/narrator.ts';
import type { CollectorUnderTest } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import { FILE_BYTES, IMAGE_BYTES, type Scene } from './experiment.ts';

const MOUNT = '/data';
const FILE = `${MOUNT}/code.tar.gz`;

/** What a real guest needs on this machine. Throws, with the line to run, when it cannot be had. */
export async function prepareGuests(parts: {
  narrator: Narrator;
  confirm: ((question: string) => Promise<boolean>) | null;
}): Promise<void> {
  const { narrator, confirm } = parts;
  await prepareGuest({ say: narrator.say, ...(confirm !== null && { confirm }) });
}

/** The article's guest: a sparse raw image of 30 GiB on virtio-scsi, with the agent as a child of PID 1. */
export async function openGuestScene(parts: {
  readonly discard: Scene['discard'];
  readonly directory: string;
  readonly collector: CollectorUnderTest;
  readonly cleanUp: CleanUp;
  readonly signal: AbortSignal;
  readonly narrator: Narrator;
}): Promise<Scene> {
  const { discard, directory, collector, cleanUp, signal, narrator } = parts;
  const name = `article-${discard}`;
  const image = `${directory}/${name}.img`;
  await writeFile(image, '');
  await truncate(image, IMAGE_BYTES);
  narrator.say(`a sparse image of 30 GiB: ${image}`);
  narrator.say(`QEMU gets it as virtio-scsi disk with discard=${discard}`);
  const boot = () =>
    startGuest({
      name,
      directory: `${directory}/${discard}`,
      disks: [{ id: 'disk0', path: image, format: 'raw', bus: 'virtio-scsi', discard, serial: name }],
      files: AGENT_FILES,
      onBoot: [
        // noinit_itable: no thread of ext4 zeroes inode tables behind our back while we measure.
        `mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda && mkdir -p ${MOUNT} && mount -o noinit_itable /dev/sda ${MOUNT} && ${agentCommand({ port: collector.agentPort })}`,
      ],
      signal,
    });
  const guest = await narrator.during('a guest boots (emulated, so it takes its time)', () =>
    cleanUp.make({ what: `guest ${name}`, make: boot, undo: (made) => made.stop() }),
  );
  await narrator.during('its agent connects to the collector', () =>
    collector.untilConnected({ guest: name, mounts: [MOUNT], movement: guest.movement }),
  );
  await guest.mustRun('sync');
  return {
    discard,
    image,
    guest: name,
    mount: MOUNT,
    writeFile: async () => {
      await guest.mustRun(`fill ${FILE} ${FILE_BYTES} && sync`);
    },
    removeFile: async () => {
      await guest.mustRun(`rm ${FILE} && sync`);
    },
  };
}
