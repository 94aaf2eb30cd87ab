import type { ImageRow } from '../model/status.ts';
import { type GaugeRow, readingsOf } from './gauge-row.ts';

function imageGauge({
  name,
  help,
  of,
}: {
  readonly name: GaugeRow['name'];
  readonly help: string;
  readonly of: (image: ImageRow) => number | null;
}): GaugeRow {
  return {
    name,
    help,
    labels: ['guest', 'disk', 'pool'],
    read: ({ status }) =>
      readingsOf(status.images, (image) => ({
        labels: [image.guest, image.device ?? image.disk, image.pool ?? ''],
        value: of(image),
      })),
  };
}

/** One for each guest or image: thousands on a large host, so that the setting metrics-per-guest has to ask for them. */
export const GUEST_GAUGES: readonly GaugeRow[] = [
  imageGauge({
    name: 'trimtab_image_capacity_bytes',
    help: 'Logical size of an image.',
    of: ({ capacityBytes }) => capacityBytes,
  }),
  imageGauge({
    name: 'trimtab_image_allocation_bytes',
    help: 'What an image takes on the host.',
    of: ({ allocationBytes }) => allocationBytes,
  }),
  {
    name: 'trimtab_guest_connected',
    help: '1 while a guest can be asked to trim, by its agent or its qemu-ga.',
    labels: ['guest'],
    read: ({ guests }) => guests.map(({ name, state }) => ({ labels: [name], value: state === 'connected' ? 1 : 0 })),
  },
];
