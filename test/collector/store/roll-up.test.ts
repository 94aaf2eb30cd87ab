import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeRollUps, rollUpOf } from '../../../collector/src/store/samples/roll-up.ts';

const SERIES = { kind: 'pool', subject: '/images', device: '8:1' } as const;
const BYTES = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const SAMPLES = fc.uniqueArray(
  fc.record({ at: fc.integer({ min: 0, max: 3_599_999 }), levelBytes: BYTES, limitBytes: fc.option(BYTES) }),
  { minLength: 1, maxLength: 30, selector: ({ at }) => at },
);

it('is the same in whatever order its samples come, and in whatever parts', () => {
  fc.assert(
    fc.property(SAMPLES, fc.infiniteStream(fc.nat()), (samples, numbers) => {
      const rollUps = samples.map((sample) => rollUpOf({ series: SERIES, ...sample }, 0));
      // Two of them become one, until there is one.
      while (rollUps.length > 1) {
        const [one, other] = [0, 1].map(() => rollUps.splice((numbers.next().value ?? 0) % rollUps.length, 1)[0]);
        if (one === undefined || other === undefined) throw new Error('there were not two');
        rollUps.push(mergeRollUps(one, other));
      }
      const inOrder = samples.toSorted((a, b) => a.at - b.at);
      const levels = inOrder.map(({ levelBytes }) => levelBytes);
      const last = inOrder.at(-1);
      // Where the last has none, one that was told.
      const told = samples.flatMap(({ limitBytes }) => limitBytes ?? []);
      const mayBe = last?.limitBytes !== null || told.length === 0 ? [last?.limitBytes] : told;
      expect(rollUps).toEqual([
        {
          last_ms: last?.at,
          level_bytes: last?.levelBytes,
          below_bytes: (last?.levelBytes ?? 0) - Math.min(...levels),
          above_bytes: Math.max(...levels) - (last?.levelBytes ?? 0),
          limit_bytes: expect.toSatisfy((limit) => mayBe.includes(limit)),
          samples: samples.length,
        },
      ]);
    }),
  );
});
