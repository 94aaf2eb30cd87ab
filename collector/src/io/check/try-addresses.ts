import { createServer, type Server } from 'node:net';
import type { ListenAddress } from '@trimtab/protocol/shared';

/**
 * Binds all of these at once, as the collector does, and lets go of them: why each could not be had, in their order; null
 * where it can. Whoever connects in that moment is cut off.
 */
export async function tryAddresses(
  addresses: readonly ListenAddress[],
): Promise<readonly (NodeJS.ErrnoException | null)[]> {
  const servers: Server[] = [];
  const reasons: (NodeJS.ErrnoException | null)[] = [];
  for (const address of addresses) {
    const server = createServer((connection) => connection.destroy());
    servers.push(server);
    reasons.push(await listen(server, address));
  }
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return reasons;
}

function listen(server: Server, { host, port }: ListenAddress): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ host, port }, () => resolve(null));
  });
}
