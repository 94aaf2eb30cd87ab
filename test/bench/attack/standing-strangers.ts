import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { greet, type Stranger, strangerAddress } from '../../support/programs/stranger.ts';
import { fleetInventory } from '../fleet/fleet-agent.ts';

/** Who is turned away tries again after it. */
const AGAIN_MS = 1_000;

export interface StandingStrangers {
  /** The next in turn of those that are welcome; null when none is. */
  next(): Stranger | null;
  present(): number;
}

/** So many guests that want to stay, each from an address of its own; who is sent away comes again. */
export async function standStrangers({
  port,
  size,
  greeted = () => {},
}: {
  readonly port: number;
  readonly size: number;
  /** One was welcomed, and has announced an ordinary guest. */
  readonly greeted?: (stranger: Stranger) => void;
}): Promise<StandingStrangers> {
  const present: Stranger[] = [];
  let turn = 0;

  async function come(index: number, cameFirst: () => void): Promise<void> {
    const productUuid = randomUUID();
    for (;;) {
      const localAddress = strangerAddress(index);
      const stranger = await greet({ port, productUuid, hostname: `hostile-${index}`, localAddress });
      cameFirst();
      if (stranger.closed() === null) {
        stranger.send({ type: 'inventory', inventory: fleetInventory() });
        greeted(stranger);
        present.push(stranger);
        await stranger.ended;
        present.splice(present.indexOf(stranger), 1);
      }
      await delay(AGAIN_MS);
    }
  }

  await Promise.all(
    Array.from({ length: size }, (_, index) => new Promise<void>((resolve) => void come(index, resolve))),
  );
  return {
    next() {
      turn += 1;
      return present[turn % present.length] ?? null;
    },
    present: () => present.length,
  };
}
