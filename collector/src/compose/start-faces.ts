import type { ListenAddress } from '@trimtab/protocol/shared';
import type { FindToken } from '../api/authorise.ts';
import { type ApiDoor, createApi } from '../api/create-api.ts';
import { createMetricsFace } from '../api/metrics-face.ts';
import { startAgentServer } from '../io/agent-server.ts';
import { startApi } from '../io/api-server.ts';
import { toAddress } from '../model/advertised.ts';
import type { Domain } from '../model/domain.ts';
import { toListenScope } from '../model/listen-scope.ts';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { GuestDoor } from '../ports/guest-door.ts';
import type { OpenSocket } from '../ports/guest-socket.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { HostKeyRing } from '../ports/host-keys.ts';
import type { Line } from '../ports/line.ts';
import type { Log } from '../ports/log.ts';
import type { CollectorSettings } from '../settings.ts';
import { composeChannels } from './compose-channels.ts';
import { composeNames } from './compose-names.ts';

export interface Faces {
  /**
   * Where agents connect, in the order of the settings; the port that was asked for, or the one the kernel chose for 0;
   * null while this host has not got the address.
   */
  agentPorts(): readonly (number | null)[];
  /** These guests are of this host now: the channels of those that run are held, and no others. */
  holdChannels(domains: readonly Domain[]): void;
  /** Has who waits at the guest's end of its channel start a visit. */
  ring(domainKey: string): void;
  close(): Promise<void>;
}

/**
 * Opens the doors: for agents, then for those who ask. Throws a Fault when one cannot be opened; then all are closed
 * again.
 */
export async function startFaces({
  clock,
  log,
  files,
  desk,
  door,
  open,
  line,
  hostKeys,
  store,
  settings,
}: {
  clock: Clock;
  log: Log;
  files: Pick<HostFiles, 'status'>;
  desk: Desk;
  /** Who may connect. */
  door: GuestDoor;
  /** What becomes of a guest's connection. */
  open: OpenSocket;
  /** In which those stand who come. */
  line: Line;
  hostKeys: HostKeyRing;
  /** Who may ask on TCP. */
  store: { readonly findToken: FindToken };
  settings: Pick<
    CollectorSettings,
    'listen' | 'advertise' | 'acceptUnenrolled' | 'socket' | 'apiListen' | 'metricsListen'
  >;
}): Promise<Faces> {
  const { listen, acceptUnenrolled, socket, apiListen, metricsListen } = settings;
  const fetchOf = (face: ApiDoor) => createApi({ desk, clock, log, door: face }).fetch;
  const agents = await startAgentServer({ listen, keys: hostKeys, acceptUnenrolled, door, open, line, log });
  const channels = composeChannels({ clock, files, agents });
  try {
    const ownNames = composeNames({ ...settings, hostKeys });
    const findToken = (hash: string) => store.findToken(hash);
    const toNetworkFace = (at: ListenAddress) => {
      const isEncrypted = !isOfThisHost(at);
      const fetch = fetchOf({ face: 'network', findToken, isEncrypted, ownNames });
      return { ...at, keys: isEncrypted ? hostKeys : null, fetch };
    };
    const api = await startApi({
      socket: { path: socket, fetch: fetchOf({ face: 'socket' }) },
      tcp: apiListen.map(toNetworkFace),
      metrics: metricsListen === null ? null : { ...metricsListen, fetch: createMetricsFace({ desk, log }).fetch },
    });
    const onNetwork = tellPlaces(apiListen, api.ports, { plain: 'http', tls: 'https', path: '' });
    log.info(
      {
        agents: tellPlaces(listen, agents.ports(), { plain: 'ws', tls: 'wss', path: '/agent' }),
        api: onNetwork === null ? socket : `${socket} ${onNetwork}`,
      },
      'collector ready',
    );
    return {
      agentPorts: agents.ports,
      holdChannels: channels.keep,
      ring: channels.ring,
      async close() {
        await api.close();
        await agents.close();
        channels.close();
      },
    };
  } catch (error) {
    await agents.close();
    throw error;
  }
}

/** The address of a host for itself is led nowhere else, and nobody reads along there. */
function isOfThisHost({ host }: ListenAddress): boolean {
  return toListenScope(host) === 'this-host';
}

/** Null while none is there. */
function tellPlaces(
  listen: readonly ListenAddress[],
  ports: readonly (number | null)[],
  { plain, tls, path }: Readonly<Record<'plain' | 'tls' | 'path', string>>,
): string | null {
  const urls = listen.flatMap((address, index) => {
    const port = ports[index] ?? null;
    const scheme = isOfThisHost(address) ? plain : tls;
    return port === null ? [] : [`${scheme}://${toAddress({ ...address, port })}${path}`];
  });
  return urls.length === 0 ? null : urls.join(' ');
}
