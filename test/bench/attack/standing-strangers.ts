import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { greet, type Stranger, strangerAddress } from '../../support/programs/stranger.ts';
import { fleetInventory } from '../fleet/fleet-agent.ts';
import type { Attacking, Target } from './attack.ts';

/** Who is turned away tries again after it. */
const AGAIN_MS = 1_000;

/**
 * So many guests that want to stay, each from an address of its own; who is sent away comes again. Those that are
 * welcome act in turn.
 */
export async function standStrangers({
  port,
  done,
  size,
  act,
  greeted = () => {},
}: Target & {
  readonly size: number;
  readonly act: (stranger: Stranger) => void;
  /** One was welcomed, and has announced an ordinary guest. */
  readonly greeted?: (stranger: Stranger) => void;
}): Promise<Attacking> {
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
    open: () => present.length,
    strike() {
      turn += 1;
      const stranger = present[turn % present.length];
      if (stranger === undefined) return;
      act(stranger);
      done();
    },
  };
}
