import { openStore } from '../../../collector/src/compose/open-store.ts';
import { samplesOf } from './ingested.ts';

// A process that samples as fast as it can, with its samples let go after a day of them, until somebody kills it. It
// says which of its calls are durable.
const [folder = '', first = '0'] = process.argv.slice(2);
const store = await openStore({
  stateDirectory: folder,
  history: 1e9,
  keepSamples: 1,
  keepHours: 1,
  keepDays: 1,
  log: console,
});
for (let call = Number(first); ; call += 1) {
  await store.addSamples(samplesOf(call));
  process.stdout.write(`${call}\n`);
}
