import type { Domain } from '../../model/domain.ts';

interface Held extends KeptChannel {
  readonly path: string;
}

interface KeptChannel {
  ring(): void;
  close(): void;
}

/**
 * The channels of the guests that run on this host: each reading of the host says which there are. `hold` takes the
 * host's end of one; a collector alone does, since a port serves one client.
 */
export function createChannelKeeper({
  hold,
}: {
  hold: (channel: { readonly domain: string; readonly path: string }) => KeptChannel;
}) {
  /** By the key of its domain. */
  const held = new Map<string, Held>();

  return {
    /**
     * The host was read. A guest of which nobody can tell now whether it runs keeps its own. One socket is one guest's
     * channel: of what two name, nobody can say whose it is.
     */
    keep(domains: readonly Domain[]): void {
      const named = domains.flatMap(({ key, agentChannel, isRunning }) =>
        agentChannel === undefined || isRunning === false ? [] : [[key, agentChannel] as const],
      );
      const byPath = Map.groupBy(named, ([, path]) => path);
      const wanted = new Map(named.filter(([, path]) => byPath.get(path)?.length === 1));
      for (const [key, { path, close }] of held)
        if (wanted.get(key) !== path) {
          held.delete(key);
          close();
        }
      for (const [domain, path] of wanted) if (!held.has(domain)) held.set(domain, { path, ...hold({ domain, path }) });
    },
    /** False where this domain has no channel that is held. */
    ring(domain: string): boolean {
      held.get(domain)?.ring();
      return held.has(domain);
    },
    close(): void {
      for (const { close } of held.values()) close();
      held.clear();
    },
  };
}
