import { createExposition } from '../../../collector/src/metrics/exposition.ts';
import type { MetricFacts } from '../../../collector/src/model/metric-facts.ts';
import { GUESTS, STATUS } from '../../collector/api/examples.ts';
import type { Benchmark } from '../benchmark.ts';
import { median } from '../statistics.ts';

const GUEST_COUNT = 1_000;
const ROUNDS = 21;

/**
 * What one scrape takes with 1,000 guests of three disks each and a figure for each of them, against the JSON of the
 * same views.
 */
export const metrics: Benchmark = {
  figures: [{ figure: 'metrics', unit: 'ms', bar: 100, bound: 'at most', decimals: 1 }],
  async measure({ say, signal }) {
    const facts = manyGuests();
    const exposition = createExposition({ version: '0.2.0', perGuest: true, addOwn: () => {} });
    const times = { scrape: [] as number[], json: [] as number[] };
    let lines = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      signal.throwIfAborted();
      const beganMs = performance.now();
      lines = (await exposition.tell(facts)).split('\n').length;
      const toldMs = performance.now();
      JSON.stringify(facts);
      times.scrape.push(toldMs - beganMs);
      times.json.push(performance.now() - toldMs);
    }
    if (lines < GUEST_COUNT * 7) throw new Error(`only ${lines} lines were told`);
    const [least, most] = [Math.min(...times.scrape), Math.max(...times.scrape)];
    say(`${lines} lines in ${median(times.scrape).toFixed(1)} (${least.toFixed(1)}..${most.toFixed(1)}) ms`);
    return {
      metrics: {
        value: median(times.scrape),
        against: `JSON.stringify of the same views: ${median(times.json).toFixed(1)} ms; ${lines} lines, medians of ${ROUNDS}`,
      },
    };
  },
};

function manyGuests(): MetricFacts {
  const [image] = STATUS.images;
  const [guest] = GUESTS.guests;
  if (image === undefined || guest === undefined) throw new Error('the examples have no guest');
  const names = Array.from({ length: GUEST_COUNT }, (_, index) => `guest-${index}`);
  const disks = ['vda', 'vdb', 'vdc'];
  return {
    status: {
      ...STATUS,
      images: names.flatMap((name) =>
        disks.map((disk) => ({ ...image, guest: name, disk, device: disk, path: `/images/${name}-${disk}.qcow2` })),
      ),
    },
    guests: names.map((name) => ({ ...guest, name, inventory: null })),
    isDatabaseUp: true,
  };
}
