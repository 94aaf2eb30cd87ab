import { parseSenders } from '../alert/senders/parse-senders.ts';
import { type Delivery, type DeliveryDeps, startDelivery } from '../conduct/alerts/deliver/deliver.ts';
import { hostName } from '../io/host-name.ts';
import { ownProcess } from '../io/own-process.ts';
import { readSecret } from '../io/read-secret.ts';
import type { SenderEntry } from '../model/sender.ts';
import type { CollectorSettings } from '../settings.ts';
import { composeSenders } from './compose-senders.ts';

/** Throws a Fault `bad-notify-entry`: before anything is opened, nothing is changed. */
export function readSenders({ notify }: Pick<CollectorSettings, 'notify'>): readonly SenderEntry[] {
  return parseSenders({ raw: notify, place: 'notify', readSecret });
}

/** From here on what is posted is told. */
export function startNotices({
  entries,
  ...deps
}: Pick<DeliveryDeps, 'clock' | 'log' | 'store' | 'readPools'> & {
  readonly entries: readonly SenderEntry[];
}): Promise<Delivery> {
  const host = hostName();
  const { environment } = ownProcess;
  const senders = composeSenders(entries, { ...deps, host, environment });
  return startDelivery({ ...deps, senders, host, random: Math.random });
}
