import type { FromGuest, TrimId } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { Log } from '../ports/log.ts';
import type { Outbox } from '../report/outbox.ts';

/** Reports sent and not acknowledged yet: enough to hide the way there and back, too few to trip a rate limit. */
export const WINDOW = 8;

export interface Delivery {
  /** Sends what waits, if the collector is there. */
  send(): Promise<void>;
  acknowledged(trimId: TrimId): Promise<void>;
  /** After a welcome: everything that was not acknowledged goes again, the oldest first. */
  linkUp(): Promise<void>;
  linkDown(): void;
}

/** Sends what is in the outbox until each report is acknowledged (rule R3). */
export function createDelivery({
  outbox,
  say,
  log,
}: {
  outbox: Outbox;
  say: (message: FromGuest) => void;
  log: Log;
}): Delivery {
  const inFlight = new Set<TrimId>();
  let up = false;
  let pumping = false;

  return {
    send: pump,
    async acknowledged(trimId) {
      inFlight.delete(trimId);
      await outbox.remove(trimId);
      await pump();
    },
    async linkUp() {
      inFlight.clear();
      up = true;
      await pump();
    },
    linkDown() {
      up = false;
    },
  };

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    try {
      for (let trimId = next(); trimId !== undefined; trimId = next()) await sendOne(trimId);
    } finally {
      pumping = false;
    }
  }

  function next(): TrimId | undefined {
    if (!up || inFlight.size >= WINDOW) return undefined;
    return outbox.waiting().find((trimId) => !inFlight.has(trimId));
  }

  async function sendOne(trimId: TrimId): Promise<void> {
    inFlight.add(trimId);
    const report = await outbox.read(trimId);
    if (report === null) {
      inFlight.delete(trimId);
      return;
    }
    try {
      say({ type: 'report', report });
    } catch (error) {
      log.error(`the report of trim ${trimId} cannot be sent (${toCause(error)}); it is moved to broken/`);
      inFlight.delete(trimId);
      await outbox.setAside(trimId);
    }
  }
}
