import { resolveSettings } from '@trimtab/protocol/shared';
import { startCollector } from '../../../collector/src/collector.ts';
import { SETTINGS } from '../../../collector/src/settings.ts';
import { samplesOfMinutes } from './fleet-samples.ts';

// A whole collector, which is given samples over the channel to its parent, as many at once as the parent likes: its
// own sampler brings those of one minute.
const flags = JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown>;
const settings = resolveSettings(SETTINGS, { flags, environment: {}, environmentPrefix: 'TRIMTAB_', file: null });
const say = (fields: object, words: string) => console.error(words, fields);
const collector = await startCollector({ settings, logger: { info() {}, warn: say, error: say } });
process.on('message', (wanted: Parameters<typeof samplesOfMinutes>[0]) => {
  const samples = samplesOfMinutes(wanted);
  const beganMs = performance.now();
  void collector.samples
    .addSamples(samples)
    .then(() => process.send?.({ ms: performance.now() - beganMs, count: samples.length }));
});
process.send?.('ready');
