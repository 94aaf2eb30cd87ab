import { join } from 'node:path';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import type { GuestDisk } from '../support/guest/guest-options.ts';
import type { CleanUp } from '../support/own-tools/clean-up.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';
import { createImages } from './images.ts';
import type { Inside } from './inside.ts';
import type { LabGuest, Place, Stand } from './lab-case.ts';
import { serveImages } from './serve-images.ts';
import type { Stage } from './stage.ts';
import { MAKE_DATA, mountOf, removeScript, writeScript } from './stand-scripts.ts';

export interface LabScene {
  readonly which: LabGuest;
  /** Of the guest. */
  readonly name: string;
  readonly stands: readonly Stand[];
  /** For this guest's images and sockets. */
  readonly directory: string;
  readonly inside: Inside;
  /** A command before its QEMU, which becomes it. */
  readonly through?: readonly string[];
  readonly cleanUp: CleanUp;
  readonly signal: AbortSignal;
  readonly folderOf: (place: Place) => Promise<string>;
  readonly say: (line: string) => void;
}

/** Two stands at once: one waits for its disk while the other has the processor. */
const AT_ONCE = 2;

/** Boots the guest, writes into every stand, does what comes between, deletes; then what trims in it is started. */
export async function setUpGuest(scene: LabScene): Promise<Stage> {
  const { which, name, stands, inside, cleanUp, say } = scene;
  const images = new Map<string, string>();
  const imageOf = (id: string) => images.get(id) ?? missing(id);
  const guest = await cleanUp.make({
    what: `guest ${name}`,
    make: () => bootGuest({ ...scene, images }),
    undo: (made) => made.stop(),
  });
  say(`${which}: the guest runs, with ${images.size === 1 ? 'one disk' : `${images.size} disks`}`);
  const names = await findDisks({ guest, ids: [...images.keys()] });
  const stage: Stage = { guest, imageOf, deviceOf: (id) => names.get(id) ?? missing(id) };

  await guest.mustRun(MAKE_DATA);
  await eachOf(stands, async (stand) => {
    await guest.mustRun(writeScript(stand, stage.deviceOf));
    say(`${which}: ${stand.name} is written`);
    await stand.afterWrite?.(stage);
    await guest.mustRun(removeScript(stand));
  });
  await inside.start({ guest, mounts: stands.map(mountOf) });
  say(`${which}: ${inside.name} is there`);
  return stage;
}

/** Fills in the images by the ids of their disks. */
async function bootGuest(scene: LabScene & { readonly images: Map<string, string> }): Promise<Guest> {
  const { which, name, stands, directory, inside, folderOf, signal, images, cleanUp, through = [] } = scene;
  for (const stand of stands)
    for (const [id, path] of await createImages({ stand, directory, folderOf })) images.set(id, path);
  const sockets = await serveImages({ stands, images, directory, cleanUp });
  return startGuest({
    name,
    memoryMiB: 1024,
    directory: join(directory, which),
    disks: stands.flatMap(({ disks }) =>
      disks.map(({ image, ...disk }): GuestDisk => {
        const path = images.get(disk.id) ?? missing(disk.id);
        const nbdSocket = sockets.get(disk.id);
        return {
          ...disk,
          serial: disk.id,
          path,
          format: image.format,
          ...(nbdSocket === undefined ? {} : { nbdSocket }),
          ...(image.dataFile === undefined ? {} : { dataFile: { path: `${path}.data`, discard: image.dataFile } }),
        };
      }),
    ),
    files: {
      ...inside.files,
      '/usr/bin/list-disks': { hostPath: join(import.meta.dirname, 'guest/list-disks.sh') },
      '/usr/bin/write-beside': { hostPath: join(import.meta.dirname, 'guest/write-beside.sh') },
    },
    qemuArguments: inside.qemuArguments,
    through,
    signal,
  });
}

async function eachOf(stands: readonly Stand[], work: (stand: Stand) => Promise<void>): Promise<void> {
  const waiting = [...stands];
  const worker = async () => {
    for (let stand = waiting.shift(); stand !== undefined; stand = waiting.shift()) await work(stand);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** By their serials; NVMe disks are probed in the background and may come late. */
async function findDisks(parts: { guest: Guest; ids: readonly string[] }): Promise<Map<string, string>> {
  const { guest, ids } = parts;
  return waitWhileMoving({
    what: `guest ${guest.name} has its disks`,
    movement: guest.movement,
    async find() {
      const lines = (await guest.mustRun('sh /usr/bin/list-disks')).trim().split('\n');
      const names = new Map(lines.map((line) => line.split(' ')).map(([name = '', serial = '']) => [serial, name]));
      const lost = ids.filter((id) => !names.has(id));
      if (lost.length === 0) return names;
      throw new Error(`It has no disk ${lost.join(', ')}:\n${lines.join('\n')}`);
    },
  });
}

function missing(id: string): never {
  throw new Error(`there is no disk ${id} in this guest`);
}
