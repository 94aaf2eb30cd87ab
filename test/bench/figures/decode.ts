import { setTimeout as delay } from 'node:timers/promises';
import { fromGuestCodec, type TrimId } from '@trimtab/protocol';
import { Unpackr } from 'msgpackr';
import type { Benchmark } from '../benchmark.ts';
import { toReport } from '../fleet/fleet-agent.ts';
import { formatSpread, median } from '../statistics.ts';

const ROUNDS = 9;
const REPORTS = 20_000;

/** The frame of a report, decoded and validated as the collector does, against msgpackr alone, which believes it all. */
export const decode: Benchmark = {
  figures: [{ figure: 'decode', unit: 'x', bar: 3, bound: 'at most', decimals: 2 }],
  async measure({ signal }) {
    const report = toReport({ trimId: crypto.randomUUID() as string as TrimId, requestId: null, granted: true });
    const frame = fromGuestCodec.encode({ type: 'report', report });
    const bare = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });
    const times = { ours: [] as number[], bare: [] as number[] };
    const decodeOurs = () => {
      if (fromGuestCodec.decode(frame).kind !== 'message') throw new Error('the report is not taken');
    };
    for (let round = 0; round <= ROUNDS; round += 1) {
      signal.throwIfAborted();
      const [ours, alone] = [timeEach(decodeOurs), timeEach(() => bare.unpack(frame))];
      // The first is V8's.
      if (round === 0) continue;
      times.ours.push(ours);
      times.bare.push(alone);
      await delay(0);
    }
    return {
      decode: {
        value: median(times.ours) / median(times.bare),
        against: `msgpackr alone: ${formatSpread(times.bare, 2)} µs; ours ${formatSpread(times.ours, 2)} µs; a frame of ${frame.length} bytes`,
      },
    };
  },
};

/** CPU time of one call, in µs. */
function timeEach(call: () => unknown): number {
  const before = process.cpuUsage();
  for (let index = 0; index < REPORTS; index += 1) call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / REPORTS;
}
