import type { AddressInfo, Server } from 'node:net';
import type { ListenAddress } from '@trimtab/protocol/shared';
import type { Log } from '../ports/log.ts';

/**
 * Connections that wait to be accepted, as many as the kernel allows (net.core.somaxconn, listen(2)): Node accepts one in
 * each turn of its loop, and whoever finds no room tries again after 1, 3, 7 and 15 s.
 */
const BACKLOG = 65_535;

/** How often an address is tried that no interface of this host has yet. */
const RETRY_MS = 1_000;

export interface Listening {
  /** Where it listens; null while it waits for the address. */
  port(): number | null;
  /** It waits no longer. */
  giveUp(): void;
}

/**
 * Listens on an address, or waits for it: libvirt's bridge, or a VPN, often comes up after the collector, and until
 * then the kernel says EADDRNOTAVAIL (ip(7)). Throws any other error.
 */
export async function listenPatiently({
  server,
  address,
  who,
  log,
}: {
  server: Server;
  address: ListenAddress;
  /** Who connects there: `agents`. */
  who: string;
  log: Log;
}): Promise<Listening> {
  const place = `${address.host}:${address.port}`;
  let timer: NodeJS.Timeout | undefined;
  let isGivenUp = false;
  const giveUp = () => {
    isGivenUp = true;
    clearTimeout(timer);
  };
  const port = () => (server.listening ? (server.address() as AddressInfo).port : null);
  try {
    await listenOnce(server, address);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    log.warn({ address: place }, `no interface of this host has the address yet where ${who} connect; waiting for it`);
    retryLater();
  }
  return { port, giveUp };

  function retryLater(): void {
    if (!isGivenUp) timer = setTimeout(() => void retry(), RETRY_MS);
  }

  async function retry(): Promise<void> {
    try {
      await listenOnce(server, address);
      log.info({ address: place }, `the address is there; ${who} can connect`);
    } catch (error) {
      // Taken by another program meanwhile, perhaps: that may end as well.
      if (!isAbsent(error))
        log.error({ address: place, err: error }, `the address is there, but ${who} cannot connect`);
      retryLater();
    }
  }
}

function listenOnce(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL';
}
