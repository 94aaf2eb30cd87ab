import { createApi } from '../api/create-api.ts';
import { createMetricsFace } from '../api/metrics-face.ts';
import type { Face } from '../api/route.ts';
import { startAgentServer } from '../io/agent-server.ts';
import { startApi } from '../io/api-server.ts';
import { toListenScope } from '../model/listen-scope.ts';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { GuestDoor } from '../ports/guest-door.ts';
import type { OpenSocket } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import type { CollectorSettings } from '../settings.ts';

export interface Faces {
  /**
   * Where agents connect; the one that was asked for, or the one the kernel chose for port 0; null while this host has
   * not got the address.
   */
  readonly agentPort: number | null;
  close(): Promise<void>;
}

/** A guest is recognised by what it shows of itself, and whoever reaches the port can show something. */
const TOO_WIDE =
  'agents can connect from every network of this host, and so can anybody there who claims to be a guest; name the address of the guests’ network instead';

/**
 * Opens the doors: for agents, then for those who ask. Throws a Fault when one cannot be opened; then all are closed
 * again.
 */
export async function startFaces({
  clock,
  log,
  desk,
  door,
  open,
  settings,
}: {
  clock: Clock;
  log: Log;
  desk: Desk;
  /** Who may connect. */
  door: GuestDoor;
  /** What becomes of a guest's connection. */
  open: OpenSocket;
  settings: Pick<CollectorSettings, 'listen' | 'socket' | 'apiListen' | 'metricsListen'>;
}): Promise<Faces> {
  const { listen, socket, apiListen, metricsListen } = settings;
  const fetchOf = (face: Face) => createApi({ desk, clock, log, face }).fetch;
  const agents = await startAgentServer({ listen, door, open, log });
  try {
    const api = await startApi({
      socket: { path: socket, fetch: fetchOf('socket') },
      tcp: apiListen === null ? null : { ...apiListen, fetch: fetchOf('network') },
      metrics: metricsListen === null ? null : { ...metricsListen, fetch: createMetricsFace({ desk, log }).fetch },
      log,
    });
    if (toListenScope(listen.host) === 'every-network') log.warn({ listen: `${listen.host}:${listen.port}` }, TOO_WIDE);
    const agentPort = agents.port();
    log.info({ agents: agentPort === null ? null : toUrl(listen.host, agentPort), api: socket }, 'collector ready');
    return {
      get agentPort() {
        return agents.port();
      },
      async close() {
        await api.close();
        await agents.close();
      },
    };
  } catch (error) {
    await agents.close();
    throw error;
  }
}

function toUrl(host: string, port: number): string {
  return `ws://${host.includes(':') ? `[${host}]` : host}:${port}/agent`;
}
