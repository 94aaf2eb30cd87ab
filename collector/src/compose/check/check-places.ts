import { dirname } from 'node:path';
import { Fault, type ListenAddress, toCause } from '@trimtab/protocol/shared';
import { cannotListen } from '../../io/agent-server.ts';
import { cannotServe, findAtSocket, noRoom, otherAddress } from '../../io/api-server.ts';
import { requireFolder } from '../../io/check/require-folder.ts';
import { tryAddresses } from '../../io/check/try-addresses.ts';
import { type Holder, whoListensAt, whoListensOn } from '../../io/check/who-listens.ts';
import { toAddress } from '../../model/advertised.ts';
import { toListenScope } from '../../model/listen-scope.ts';
import type { CollectorSettings } from '../../settings.ts';
import { attempt, type Found } from './findings.ts';

type Setting = 'listen' | 'api-listen' | 'metrics-listen';

interface Place {
  readonly setting: Setting;
  readonly address: ListenAddress;
}

/** Can it listen where it is to? `running`: the collector that a start anew replaces. */
export async function checkPlaces({
  settings,
  running,
  found,
}: {
  readonly settings: CollectorSettings;
  readonly running: number | null;
  readonly found: Found;
}): Promise<void> {
  const { listen, apiListen, metricsListen, socket } = settings;
  const places: readonly Place[] = [
    ...listen.map((address): Place => ({ setting: 'listen', address })),
    ...apiListen.map((address): Place => ({ setting: 'api-listen', address })),
    ...(metricsListen === null ? [] : [{ setting: 'metrics-listen', address: metricsListen } as const]),
  ];
  const reasons = await tryAddresses(places.map(({ address }) => address));
  for (const [index, place] of places.entries()) {
    const reason = reasons[index] ?? null;
    if (reason !== null) await attempt(found, () => judge({ place, reason, running, found }));
  }
  await attempt(found, () => checkSocket(socket, running));
  found.would.push(`take agents at ${tellUrls(listen, { plain: 'ws', tls: 'wss' })}`);
  const network = apiListen.length === 0 ? '' : ` and ${tellUrls(apiListen, { plain: 'http', tls: 'https' })}`;
  found.would.push(`serve the API on ${socket}${network}`);
  if (metricsListen !== null) found.would.push(`serve figures at http://${toAddress(metricsListen)}/metrics`);
}

/** Throws a Fault where it could not start. */
function judge({
  place: { setting, address },
  reason,
  running,
  found,
}: {
  readonly place: Place;
  readonly reason: NodeJS.ErrnoException;
  readonly running: number | null;
  readonly found: Pick<Found, 'notes'>;
}): void {
  if (reason.code === 'EADDRNOTAVAIL' && setting === 'listen') {
    found.notes.push(`No interface of this host has ${toAddress(address)} yet: it would wait for that.`);
    return;
  }
  if (reason.code !== 'EADDRINUSE') throw toFault({ setting, address, error: reason });
  const holder = whoListensOn(address.port);
  if (holder !== null && holder.pid === running) return;
  if (holder === null && running !== null) {
    found.notes.push(`Who listens on ${toAddress(address)}, only root sees: the collector that runs, most likely.`);
    return;
  }
  throw toFault({ setting, address, error: new Error(`${toCause(reason)}: ${tellHolder(holder)}`) });
}

function tellHolder(holder: Holder | null): string {
  return holder === null ? 'by whom, only root sees' : `${holder.name}, process ${holder.pid}, listens there`;
}

function toFault({ setting, address, error }: Place & { readonly error: unknown }): Fault {
  if (setting === 'listen') return cannotListen(address, error);
  return cannotServe({ subject: toAddress(address), error, hint: otherAddress(setting) });
}

/** Of what the collector does for it, all that leaves no trace. */
async function checkSocket(path: string, running: number | null): Promise<void> {
  if (Buffer.byteLength(path) > SUN_PATH) throw noRoom(path, new Error(`it has more than ${SUN_PATH} bytes`));
  try {
    await requireFolder(dirname(path));
    if ((await findAtSocket(path)) !== 'answered') return;
  } catch (error) {
    throw noRoom(path, error);
  }
  const holder = whoListensAt(path);
  if (running !== null && (holder === null || holder.pid === running)) return;
  throw new Fault({
    code: 'already-running',
    operation: 'serve the API',
    subject: path,
    cause: `another collector answers on this socket${holder === null ? '' : ` (process ${holder.pid})`}, with another state directory`,
    hint: 'Give this one its own --socket, or the --state-directory of the one that runs if it is to replace that.',
  });
}

/** sun_path of unix(7), with a 0 at its end. */
const SUN_PATH = 107;

function tellUrls(
  addresses: readonly ListenAddress[],
  scheme: { readonly plain: string; readonly tls: string },
): string {
  return addresses
    .map(
      (address) => `${toListenScope(address.host) === 'this-host' ? scheme.plain : scheme.tls}://${toAddress(address)}`,
    )
    .join(', ');
}
