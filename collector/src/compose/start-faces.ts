import { createApi } from '../api/create-api.ts';
import type { Face } from '../api/route.ts';
import { startAgentServer } from '../io/agent-server.ts';
import { startApi } from '../io/api-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { OpenSocket } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import type { CollectorSettings } from '../settings.ts';

export interface Faces {
  /** Where agents connect; the one that was asked for, or the one the kernel chose for port 0. */
  readonly agentPort: number;
  close(): Promise<void>;
}

/** Opens the doors: for agents, then for those who ask. Throws a Fault when one cannot be opened; then all are closed again. */
export async function startFaces({
  clock,
  log,
  desk,
  open,
  settings,
}: {
  clock: Clock;
  log: Log;
  desk: Desk;
  /** What becomes of a guest's connection. */
  open: OpenSocket;
  settings: Pick<CollectorSettings, 'listen' | 'socket' | 'apiListen'>;
}): Promise<Faces> {
  const { listen, socket, apiListen } = settings;
  const fetchOf = (face: Face) => createApi({ desk, clock, log, face }).fetch;
  const agents = await startAgentServer({ listen, open, log });
  try {
    const api = await startApi({
      socket: { path: socket, fetch: fetchOf('socket') },
      tcp: apiListen === null ? null : { ...apiListen, fetch: fetchOf('network') },
      log,
    });
    log.info({ agents: `ws://${listen.host}:${agents.port}/agent`, api: socket }, 'collector ready');
    return {
      agentPort: agents.port,
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
