import type { Fix } from '../cause.ts';
import { quote } from '../quote.ts';
import { describeDevice } from './device-path.ts';
import { hasTarget, mapperName, tableEvidence, toVolume } from './mapper-layer.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence } from './refusals.ts';

/** drivers/md/dm-snap.c, origin_ctr: an origin has no num_discard_bios, so its limit is 0. */
export const snapshotOrigin: RefusalCause = {
  id: 'snapshot-origin',
  hop: 'issued',
  effect: 'lost',
  title: 'A volume in the guest has a snapshot that is not thin, and takes no discards as long as it has.',
  why: 'While such a snapshot of a volume exists, the volume is a snapshot-origin of device-mapper, which copies what is overwritten and refuses discards (drivers/md/dm-snap.c).',
  signal:
    'The limits of the dm device are 0 while those below are not, and its table (`dmsetup table`) says snapshot-origin.',
  cure: 'Remove the snapshots that are no longer needed (lvremove), then trim again. Snapshots of thin volumes do not do this.',
  explain: ({ filesystem, layer }) => {
    const name = mapperName(layer);
    if (name === null || !hasTarget(layer, 'snapshot-origin')) return null;
    return {
      sentence: `${describeDevice(layer)}, below ${filesystem.mount}, has a snapshot, and takes no discards as long as it has.`,
      evidence: [...tableEvidence(layer), ...refusalEvidence(layer)],
      fix: fixFor(toVolume(layer)),
    };
  },
};

function fixFor(volume: ReturnType<typeof toVolume>): Fix {
  const selection = volume === null ? null : quote(`origin=${volume.volume}`);
  return {
    on: 'guest',
    commands: volume === null ? [] : [`lvs -o lv_name,origin,lv_size -S ${selection} ${quote(volume.group)}`],
    note: 'Remove each snapshot that is no longer needed: lvremove GROUP/SNAPSHOT. What was written since it was made stays.',
    needsPowerCycle: false,
  };
}
