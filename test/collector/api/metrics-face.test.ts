import { expect, it } from 'vitest';
import { createMetricsFace } from '../../../collector/src/api/metrics-face.ts';

const place = () => {
  const logged: unknown[] = [];
  let isAway = false;
  const metrics = async () => {
    if (isAway) throw new Error('the database at db-1 is away');
    return 'trimtab_build_info{version="0"} 1\n';
  };
  const error = (fields: object, message: string) => void logged.push({ ...fields, message });
  const face = createMetricsFace({ desk: { metrics }, log: { error } });
  return {
    logged,
    ask: () => face.request('/metrics'),
    setAway() {
      isAway = true;
    },
  };
};

it('tells the figures, and where they cannot be read that they cannot, and why in the log alone', async () => {
  const { ask, logged, setAway } = place();
  const answer = await ask();
  expect([answer.status, await answer.text()]).toEqual([200, 'trimtab_build_info{version="0"} 1\n']);
  setAway();
  const away = await ask();
  expect([away.status, await away.text()]).toEqual([
    503,
    'The figures could not be read. The log of the collector says why.\n',
  ]);
  expect(logged).toEqual([
    { err: new Error('the database at db-1 is away'), path: '/metrics', message: 'the figures could not be told' },
  ]);
});
