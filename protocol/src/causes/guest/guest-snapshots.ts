import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import { quote } from '../quote.ts';
import type { GuestCause } from './guest-cause.ts';
import { placesOfUnreached } from './unreached-places.ts';

/** btrfs-subvolume(8): a snapshot shares the extents of its source. */
export const guestSnapshots: GuestCause = {
  id: 'guest-snapshots',
  hop: 'trimmed',
  effect: 'note',
  title: 'Snapshots in a btrfs of the guest keep what is deleted beside them.',
  why: 'A snapshot shares the extents of its source. What is deleted there stays in use as long as one snapshot has it, and no trim sends it. snapper and timeshift make some at every update.',
  signal: '`btrfs subvolume list -s` lists snapshots. What they alone hold is counted only with quotas.',
  cure: 'Delete the snapshots that are no longer needed, wait for `btrfs subvolume sync`, and trim again.',
  find: (inventory) =>
    placesOfUnreached(inventory, {
      types: ['snapshots'],
      place: ({ mount, count }) => ({
        mount,
        disks: stacksOf(inventory).find(({ filesystem }) => filesystem.mount === mount)?.disks ?? [],
        sentence: `${mount} has ${count === 1 ? 'a snapshot' : `${count} snapshots`}: what was deleted beside ${count === 1 ? 'it' : 'them'} may be in use there still. How much, nobody has counted.`,
        evidence: [{ fact: `snapshots of ${mount}`, value: String(count) }],
        fix: {
          on: 'guest',
          commands: [`btrfs subvolume list -s ${quote(mount)}`],
          note: 'Delete those that are no longer needed (btrfs subvolume delete), wait for btrfs subvolume sync, and trim again.',
          needsPowerCycle: false,
        },
      }),
    }),
};
