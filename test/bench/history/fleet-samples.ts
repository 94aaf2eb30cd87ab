import type { Sample, SeriesKey } from '../../../collector/src/model/series.ts';

/** When the year ends. */
export const UNTIL = Date.UTC(2026, 10, 27);

export const imageOf = (n: number): SeriesKey => ({
  kind: 'image',
  subject: `/var/lib/libvirt/images/pool-${n % 20}/web-${n}.qcow2`,
  device: '',
});

export const poolOf = (n: number): SeriesKey => ({
  kind: 'pool',
  subject: `/var/lib/libvirt/images/pool-${n}`,
  device: `8:${n}`,
});

export const filesystemOf = (n: number): SeriesKey => ({
  kind: 'filesystem',
  subject: `00000000-0000-4000-8000-${String(n).padStart(12, '0')} /`,
  device: `b0000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
});

/** Of so many images one sample each of so many minutes, from a minute after the end of the year on. */
export function samplesOfMinutes({
  images,
  minutes,
  from,
}: {
  readonly images: number;
  readonly minutes: number;
  readonly from: number;
}): readonly Sample[] {
  return Array.from({ length: minutes * images }, (_, index) => {
    const minute = from + Math.floor(index / images);
    const image = index % images;
    return {
      series: imageOf(image),
      at: UNTIL + minute * 60_000 + (image % 700),
      levelBytes: 10 * 2 ** 30 + (minute * 4_096 + image) * 4_096,
      limitBytes: 40 * 2 ** 30,
    };
  });
}
