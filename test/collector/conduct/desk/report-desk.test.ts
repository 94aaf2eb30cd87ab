import { expect, it } from 'vitest';
import { createReportDesk } from '../../../../collector/src/conduct/desk/report-desk.ts';
import type { DoctorView } from '../../../../collector/src/model/doctor.ts';

it.each([
  ['30d', '2026-10-28T16:39:00.000Z', '2026-10-28T00:00:00.000Z'],
  ['2d', '2026-11-25T16:39:00.000Z', '2026-11-25T16:00:00.000Z'],
])('of a report since %s the levels begin with the day or the hour in which it begins', async (since, from, begins) => {
  const asked: number[] = [];
  const desk = createReportDesk(
    {
      clock: { now: () => Date.parse('2026-11-27T16:39:00Z') },
      store: {
        history: async () => ({ trims: [], older: null }),
        async pointsOfKind(query) {
          asked.push(query.from);
          return [];
        },
        keptForecasts: async () => [],
      },
    },
    { doctor: async () => ({ sum: { nowBytes: null, afterFixesBytes: null, unknownDisks: 0 } }) as DoctorView },
  );
  expect((await desk.report({ since })).since).toBe(from);
  expect(asked).toEqual([Date.parse(begins)]);
});
