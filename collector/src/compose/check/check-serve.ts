import { parseStaticGuests } from '../../host/static-list.ts';
import { requireProgram } from '../../io/check/require-program.ts';
import { findRunningCollector } from '../../io/check/running-collector.ts';
import { clock } from '../../io/clock.ts';
import { createCron } from '../../io/cron.ts';
import { readOperatorKey } from '../../io/host-keys/operator-key.ts';
import type { SenderEntry } from '../../model/sender.ts';
import type { CollectorSettings } from '../../settings.ts';
import { readSenders } from '../start-notices.ts';
import { checkQgaSchedule } from '../start-qga-schedule.ts';
import { checkPlaces } from './check-places.ts';
import { checkState } from './check-state.ts';
import { attempt, createFound, type Found } from './findings.ts';

/**
 * What `trimtab serve` with these settings would come to: all that would keep it from starting, as far as it can be told
 * without a trace. Nothing is made, changed or left.
 */
export async function checkServe(settings: CollectorSettings): Promise<Found> {
  const found = createFound();
  const running = findRunningCollector(settings.stateDirectory);
  if (running !== null)
    found.notes.push(
      `A collector runs with this state directory (process ${running}): what it has counts as free, since a start anew lets go of it.`,
    );
  await checkPlaces({ settings, running, found });
  await checkState({ settings, found });
  await checkCertificate(settings, found);
  await checkGuests(settings, found);
  await checkSchedule(settings, found);
  await checkSenders(settings, found);
  return found;
}

async function checkCertificate({ tlsCertificate, tlsKey }: CollectorSettings, found: Found): Promise<void> {
  const warn = (_: object, sentence: string) => found.notes.push(`${sentence} (${tlsCertificate}).`);
  const key = await attempt(found, () =>
    readOperatorKey({ certificate: tlsCertificate, key: tlsKey, nowMs: clock.now(), log: { warn } }),
  );
  if (key !== null) found.would.push(`show the certificate ${tlsCertificate}`);
}

async function checkGuests({ guest }: CollectorSettings, found: Found): Promise<void> {
  const guests = await attempt(found, () => parseStaticGuests({ raw: guest, place: 'guest' }));
  if (guests !== null && guests.length > 0)
    found.would.push(`know by the configuration: ${guests.map(({ name }) => name).join(', ')}`);
}

async function checkSchedule(settings: CollectorSettings, found: Found): Promise<void> {
  const { qgaSchedule, qgaTimeZone } = settings;
  if (qgaSchedule === null) return;
  const isThere = await attempt(found, async () => {
    await checkQgaSchedule(settings);
    return true;
  });
  if (isThere === null) return;
  const cron = await createCron().start({ expression: qgaSchedule, timeZone: qgaTimeZone, onDue() {} });
  cron.stop();
  const next = cron.next === null ? 'never' : `next at ${cron.next.toISOString()}`;
  found.would.push(`trim guests with qemu-ga alone on ${JSON.stringify(qgaSchedule)}, ${qgaTimeZone}: ${next}`);
}

async function checkSenders(settings: CollectorSettings, found: Found): Promise<void> {
  const entries = await attempt(found, () => readSenders(settings));
  if (entries === null) return;
  for (const entry of entries)
    if (entry.kind === 'command')
      await attempt(found, () => requireProgram({ name: entry.name, path: entry.argv[0] ?? '' }));
  found.would.push(entries.length === 0 ? 'tell nobody of alerts: there is no [[notify]]' : tellSenders(entries));
}

function tellSenders(entries: readonly SenderEntry[]): string {
  return `tell of alerts: ${entries.map(({ name, kind }) => `${name} (${kind})`).join(', ')}`;
}
