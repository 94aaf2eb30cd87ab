import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ImageRow, StatusView } from '../../collector/src/model/status.ts';
import type { Guest } from '../support/guest/guest.ts';
import type { GuestDisk } from '../support/guest/guest-options.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { askApi } from '../support/programs/api-request.ts';
import type { CollectorUnderTest } from '../support/programs/collector.ts';
import { textLength } from '../support/waiting/movement.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

const SIZE_BYTES = 64 * 1024 * 1024;

/**
 * Images of one size in a folder of their own. Each begins with its own name, so that a guest can say the truth by
 * reading.
 */
export function useNamedImages() {
  let directory = '';
  beforeAll(async () => {
    await prepareGuest({ say: (line) => console.error(line) });
    directory = await mkdtemp(join(tmpdir(), 'trimtab-id-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function image(name: string): Promise<string> {
    const path = join(directory, `${name}.raw`);
    await writeFile(path, `${name}\n`);
    await truncate(path, SIZE_BYTES);
    return path;
  }

  return {
    at: (name: string) => join(directory, name),
    image,
    async disk(id: string, bus: GuestDisk['bus'], more: Partial<GuestDisk> = {}): Promise<GuestDisk> {
      return { id, path: await image(id), format: 'raw', bus, discard: 'unmap', ...more };
    },
    /** QEMU's arguments for a disk behind a device of the test's own choice. */
    async extraDisk({ id, device }: { id: string; device: string }): Promise<string[]> {
      const file = JSON.stringify({ driver: 'file', 'node-name': `${id}-file`, filename: await image(id) });
      const node = JSON.stringify({ driver: 'raw', 'node-name': `${id}-format`, file: `${id}-file` });
      return ['-blockdev', file, '-blockdev', node, '-device', `${device},id=${id},drive=${id}-format`];
    },
    /**
     * The rows of `trimtab status` about these images, once they are as expected; throws with the last when they never
     * are.
     */
    async untilRows(
      collector: CollectorUnderTest,
      isAsExpected: (rows: readonly ImageRow[]) => boolean,
    ): Promise<readonly ImageRow[]> {
      let last = '';
      const ownRows = ({ images }: StatusView) => images.filter(({ path }) => path.startsWith(`${directory}/id-`));
      return waitWhileMoving({
        what: 'the rows of status are as expected',
        // Its log tells of every agent and every proof; each row is something that it has found out.
        movement: [
          textLength('the collector’s log', collector.program.output),
          { what: 'characters in the rows', step: 1, read: () => last.length },
        ],
        betweenMs: 500,
        describe: () => `${last}\n${collector.program.output()}`,
        async find() {
          // The API while it is waited for: a program for each question would take as long as what it waits for.
          const { body } = await askApi({ socketPath: collector.socketPath, path: '/v1/status?now=true' });
          const seen = ownRows(body as StatusView);
          last = JSON.stringify(seen, null, 1);
          if (!isAsExpected(seen)) return null;
          const told = ownRows(await collector.status());
          return isAsExpected(told) ? told : null;
        },
      });
    },
  };
}

/** What a guest reads at the start of its disks: the names of the images, by the guest's names of the disks. */
export async function readTruth(guest: Guest): Promise<Record<string, string>> {
  const script =
    'for disk in /sys/block/*; do name=$(basename $disk); echo "$name $(head -n 1 /dev/$name | head -c 40 | tr -cd a-z0-9-)"; done';
  const lines = (await guest.mustRun(script)).trim().split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [name, marker] = line.split(' ');
      return name && marker?.startsWith('id-') ? [[name, marker]] : [];
    }),
  );
}

const markerOf = ({ path }: ImageRow) => basename(path, '.raw');

/** What the collector says, in the words of `readTruth`. */
export const toTruth = (rows: readonly ImageRow[]) =>
  Object.fromEntries(rows.map((row) => [row.device, markerOf(row)]));

export const toKeys = (rows: readonly ImageRow[]) =>
  Object.fromEntries(rows.map((row) => [markerOf(row), row.matchedBy]));

export const allMatched = (count: number) => (rows: readonly ImageRow[]) =>
  rows.length === count && rows.every(({ device }) => device !== null);
