import type { FieldCase } from './field-case.ts';

const CAUSES = 'test/protocol/causes/guest-causes.test.ts';
const LAYERS = 'test/collector/diagnose/refusing-layers.test.ts';
const KINDS = 'test/collector/diagnose/kinds.test.ts';
const FILES = 'test/collector/diagnose/file-of-the-guest.test.ts';
const LAB = 'test/lab/cases/refusing-layers.ts';

/** Layers and filesystems of the guest that were taken for something else. */
export const VERDICTS_IN_GUEST: readonly FieldCase[] = [
  {
    name: 'dm-crypt-without-uuid',
    right:
      'Lost at issued by a dm-crypt layer that is known by its table, whoever made it, with the table loaded anew as its fix; doctor counts the space after the fixes.',
    tests: [
      { file: CAUSES, title: 'whoever made it' },
      { file: LAYERS, title: 'is the cause of a trim that fstrim was refused: %s' },
      { file: LAYERS, title: 'keeps the space from being counted as what could come back now' },
      { file: LAB, title: 'dm-crypt-without-uuid' },
    ],
    seenToFail:
      'The table was no longer looked at, only the uuid: all failed. Without the general cause at the end of the list the second and third failed too.',
  },
  {
    name: 'stacked-dm-fix',
    right:
      'The fix goes on with what makes each layer above take the new limits, and a layer that goes by what was below it earlier has a cause of its own.',
    tests: [
      { file: CAUSES, title: 'takes its new limits by the same fix: %s' },
      { file: CAUSES, title: 'has a cause of its own where only the layer below was mended: %s' },
      { file: LAB, title: 'lvm-on-mended-luks' },
    ],
    seenToFail:
      'Fixes without the commands of the layers above: the first failed, all three of it. Without limits-from-before in the list: the second and the case of the lab.',
  },
  {
    name: 'stale-after-guest-loss',
    right:
      'The disk that was turned off is what loses, and not the volume above it; what was lost in the guest leaves ext4 stale, and is cured.',
    tests: [
      { file: LAYERS, title: 'is the one that loses, not the volume above it' },
      { file: LAYERS, title: 'is told by what its layers said after the trim, too' },
      { file: 'test/collector/diagnose/past-trims.test.ts', title: 'that the last was lost inside the guest' },
      { file: LAB, title: 'lvm-on-disk-set-back' },
    ],
    seenToFail:
      'The causes of the host asked before the guest’s word, as it was: the first two failed. A loss at issued no longer counted as one: the third and the case of the lab.',
  },
  {
    name: 'granularity-above-holes',
    right:
      'Lost at trimmed: the granularity of the disk is above the free pieces, said before a trim, by it and by the next; a cure in vain does not leave stale.',
    tests: [
      { file: LAYERS, title: 'is the cause where a part was sent and none came back' },
      { file: LAYERS, title: 'goes before stale where nothing new was found' },
      { file: LAYERS, title: 'is told without a trim' },
      { file: LAYERS, title: 'is the cause on %s, which sends all else at each trim' },
      {
        file: 'test/collector/conduct/trims/cure.test.ts',
        title: 'that came to %s was made all the same: nothing is stale any more',
      },
      { file: LAB, title: 'granularity-above-holes' },
      { file: LAB, title: 'pieces-below-granularity' },
    ],
    seenToFail:
      'The cause taken off the list: the first three failed. Its rule taken out of the verdict: the first two. Its counterpart for xfs taken off the list: the fourth. The first trim’s verdict kept whatever the cure came to: the fifth. Without the rule: both cases of the lab.',
  },
  {
    name: 'inner-filesystem-after-outer',
    right:
      'A filesystem on a loop device is trimmed before the one that holds its file; where an agent did not, there was not nothing to give back.',
    tests: [
      { file: 'test/agent/trim/plan.test.ts', title: 'trims these before what holds them, whatever their names' },
      { file: 'test/collector/conduct/trims/conclude/nesting.test.ts', title: 'is wrong where the holder came first' },
      { file: FILES, title: 'had not nothing to give back' },
      { file: LAB, title: 'filesystem-in-a-file' },
    ],
    seenToFail:
      'The order left as it was asked for: the first failed, and the case of the lab, which had asked in the right order until then and could not fail. What was given up too late no longer listed, or not asked by the verdict: the second and the third.',
  },
  {
    name: 'loop-in-guest',
    right:
      'A loop device of a guest is told as the file that it is, with the mount to trim next, and is never looked for on the host.',
    tests: [
      { file: FILES, title: 'is told as the file that it is, with what to trim next' },
      {
        file: 'test/collector/conduct/survey/match-paths.test.ts',
        title: 'is never looked for on the host, not even where an image has its size',
      },
      { file: LAB, title: 'loop-alone' },
    ],
    seenToFail:
      'Its rule taken out of the verdict: the first and the case of the lab failed. Any disk taken for none of these: the second.',
  },
  {
    name: 'btrfs-stale',
    right:
      'Stale by a cause of btrfs, with mounting it anew as its fix, also over two devices; no repair is called one while the image surely holds more, and ext4 is not named.',
    tests: [
      { file: KINDS, title: 'is stale where a little came back and far more stayed, and says both' },
      {
        file: KINDS,
        title: 'is stale over two devices, where nobody knows how much it uses of each, once a trim was lost',
      },
      { file: KINDS, title: 'stands in the way of every trim until it is mounted anew: no trim cures it' },
      { file: KINDS, title: 'what stayed may be what %s keeps back' },
      { file: 'test/collector/cli/repair-command.test.ts', title: '%s with %i bytes back of at least 238 MiB: %s' },
      { file: 'test/lab/cases/remembered.ts', title: 'btrfs-stale' },
    ],
    seenToFail:
      'The cause found nothing any more: the first three and the case of the lab failed. The least that stayed not asked of a repair: the fifth. ext4’s memory told of every kind: the fourth.',
  },
  {
    name: 'f2fs-discards-later',
    right:
      'Inconclusive where f2fs discards by itself, later; no bounds from its statfs; stale, and no repair, where it sent while discards were lost.',
    tests: [
      { file: KINDS, title: 'that discards by itself, later, is no proof of anything' },
      { file: KINDS, title: 'statfs of %s bounds nothing, or that is not known of it' },
      { file: KINDS, title: 'and so is an f2fs' },
      { file: 'test/system/f2fs.test.ts', title: 'is stale after the repair, which is not called one' },
    ],
    seenToFail:
      'discards-later found nothing any more: the first failed. Its statfs taken for a bound: the second. f2fs-blocks-sent found nothing: the third. The last, on a real guest, was seen to pass and not to fail.',
  },
];
