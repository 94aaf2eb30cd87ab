import type { Layer } from '../../wire/model/layer.ts';
import type { Fix } from '../cause.ts';

/**
 * The device is made by the host, and a guest sees what it was made with until its QEMU is started anew. Null where no
 * disk below discards in pieces so large: those are a layer's own (the chunk of a thin pool, the stripe of a RAID), and
 * fixed when it is made.
 */
export function finerGranularity({
  mostBytes,
  granularityBytes,
  layers,
}: {
  /** What would be fine enough. */
  mostBytes: number;
  /** What there is. */
  granularityBytes: number;
  /** The layers below the filesystem, with its disks. */
  layers: readonly Pick<Layer, 'kind' | 'discard'>[];
}): Fix | null {
  const isOfDisk = layers.some(
    ({ kind, discard }) => kind === 'disk' && (discard.granularityBytes ?? 0) >= granularityBytes,
  );
  if (!isOfDisk) return null;
  const bytes = Math.min(mostBytes, 65_536);
  return {
    on: 'host',
    commands: [],
    note: `Give the device a discard_granularity of at most ${mostBytes} bytes: on QEMU’s command line -device …,discard_granularity=${bytes}, in libvirt <blockio discard_granularity='${bytes}'/>. For a qcow2 image the size of its clusters is best.`,
    needsPowerCycle: true,
  };
}
