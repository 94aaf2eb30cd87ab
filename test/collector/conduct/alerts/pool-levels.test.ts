import { expect, it } from 'vitest';
import { createReadLevels } from '../../../../collector/src/conduct/alerts/deliver/pool-levels.ts';
import { aForecast, aPool } from '../../alert/alert-facts.ts';

it('while forecasts cannot be read, what is free is told, and said once that no forecast is available', async () => {
  let isAway = false;
  const said: string[] = [];
  const read = createReadLevels({
    readPools: async () => [aPool({ freePercent: 12 })],
    foresight: {
      async poolForecasts() {
        if (isAway) throw new Error('the server is away');
        return [{ pool: '/srv', forecast: aForecast() }];
      },
    },
    log: { warn: (_fields, message) => void said.push(message) },
  });
  const level = { pool: '/srv', freeShare: 0.12, hasMetadata: false };
  expect(await read()).toEqual([{ ...level, daysUntilFull: 18 }]);
  isAway = true;
  expect(await read()).toEqual([{ ...level, daysUntilFull: null }]);
  expect(await read()).toEqual([{ ...level, daysUntilFull: null }]);
  expect(said).toEqual([expect.stringMatching(/^no forecast is available/)]);
  isAway = false;
  expect(await read()).toEqual([{ ...level, daysUntilFull: 18 }]);
  isAway = true;
  await read();
  expect(said).toHaveLength(2);
});
