import { expect, it } from 'vitest';
import { readFillings } from '../../../../collector/src/conduct/foresee/write-rates.ts';
import { createTestClock } from '../../../support/test-clock.ts';

const IMAGE = '/srv/web.raw';
const images = [{ image: IMAGE, guest: 'web', capacityBytes: 1000, allocationBytes: 400 }];
const levelsOf = () => [
  { day: '2026-10-01', level: 0 },
  { day: '2026-10-02', level: 300 },
  { day: '2026-11-22', level: 350 },
  { day: '2026-11-23', level: 360 },
  { day: '2026-11-24', level: 400 },
  { day: '2026-11-25', level: 400 },
];

it('a quiet last day is no bound: the fastest day of two weeks counts, and no gap is a day', async () => {
  const clock = createTestClock(Date.parse('2026-11-25T23:00:00Z'));
  const series = { kind: 'image', subject: IMAGE, device: '' } as const;
  const level = { levelBytes: 400, leastBytes: 400, mostBytes: 400, limitBytes: 1000, samples: 1 };
  const points = [24, 0].map((hoursAgo) => ({ at: clock.now() - hoursAgo * 3_600_000, ...level }));
  const store = { pointsOfKind: async () => [{ series, points }] };
  const filled = await readFillings({ clock, store }, { images, held: [], levelsOf });
  expect(filled).toEqual([{ growthPerDay: 40, roomBytes: 600 }]);
});
